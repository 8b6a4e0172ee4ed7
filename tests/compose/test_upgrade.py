"""A new release is brought in as the documentation says: its migrations are tried first, and one that fails changes nothing.
So is a new password."""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.compose import stand_ins
from tests.compose.conftest import say
from tests.compose.deployment import REPLICATED, SHIPPED, Deployment, commands
from tests.compose.test_faults import SLUG, the_photo
from tests.support.people import Person, eventually, mails_to, photograph, visitor

RECIPE = "Mettre à jour, arrêter, changer un mot de passe"
MIGRATIONS = Path("services/content/migrations")
AS_WHOM = "-c user.name=Parvis -c user.email=parvis@ville.example"


@pytest.fixture
def releases(portal: Deployment, tmp_path: Path) -> Iterator[Path]:
    """Where new releases are made: the folder of the deployment follows it, as a clone would."""
    ours = tmp_path / "releases"
    for command in (
        f"git init -q -b main && git add {' '.join(SHIPPED)} && git {AS_WHOM} commit -qm one",
        f"git clone -q . {ours} && git -C {ours} config receive.denyCurrentBranch ignore",
        f"git remote add origin {ours} && git fetch -q && git branch -q --set-upstream-to=origin/main",
    ):
        portal.must(command)
    yield ours
    portal.run(f"docker image rm -f {named(portal, 'before')}")


def named(portal: Deployment, tag: str) -> str:
    return f"{portal.environment['PARVIS_IMAGE'].partition(':')[0]}:{tag}"


def release(folder: Path, name: str, sql: str) -> None:
    """A release that has one more migration."""
    (folder / MIGRATIONS / name).write_text(sql, "utf-8")
    done = subprocess.run(
        f"git add . && git {AS_WHOM} commit -qm {name}", shell=True, cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def upgrade(portal: Deployment) -> list[str]:
    """The commands, as far as they succeed; the last one is where it stopped, or the last of all."""
    unreachable = bool(stand_ins.among(stand_ins.BASES.values()))
    if unreachable:
        say("no registry can be reached: an upgrade is tried without what brings newer images in")
    done = []
    for written in commands(RECIPE):
        command = written.replace("parvis:latest", named(portal, "latest")).replace(
            "parvis:before", named(portal, "before")
        )
        if unreachable:
            command = command.removesuffix(" --pull")
        if not (unreachable and command.startswith("docker compose pull")):
            done.append(written)
            if portal.run(command).returncode != 0:
                break
    return done


def image_of(portal: Deployment, tag: str) -> str:
    return portal.must(f"docker image inspect --format '{{{{.Id}}}}' {named(portal, tag)}").strip()


def has(portal: Deployment, table: str) -> bool:
    asked = f"docker compose exec -T postgres psql -U parvis -d content -Atc \"SELECT to_regclass('{table}')\""
    return portal.must(asked).strip() == table


def test_a_release_whose_migration_fails_changes_nothing_and_the_next_one_comes_in(
    portal: Deployment, releases: Path
) -> None:
    author = visitor(portal)
    receipt = author.file(SLUG)
    before = {one["Id"]: one["Image"] for one in portal.containers()}

    release(releases, "9998-next.sql", "CREATE TABLE halfway (id int);\nSELECT * FROM missing;\n")
    stopped = upgrade(portal)

    assert stopped[-1].endswith(" migrate")
    assert {one["Id"]: one["Image"] for one in portal.containers()} == before, "what runs goes on"
    assert not has(portal, "halfway")
    assert requests.get(f"{portal.url}/connexion", timeout=30).status_code == 200
    portal.must(f"docker tag {named(portal, 'before')} {named(portal, 'latest')}")

    release(releases, "9998-next.sql", "CREATE TABLE of_the_next_release (id int);\n")
    done = upgrade(portal)

    assert done[-1] == commands(RECIPE)[-1]
    assert has(portal, "of_the_next_release")
    ran = {one["Image"] for name in (*REPLICATED, "relay") for one in portal.containers(name)}
    assert ran == {image_of(portal, "latest")} != {image_of(portal, "before")}
    assert author.request(receipt["number"])["status"]["slug"] == "submitted"


def test_a_service_goes_on_with_the_new_password_of_its_database(portal: Deployment) -> None:
    secret = portal.home / "secrets" / "database_requests"
    before = secret.read_text("utf-8").strip()

    portal.must("set -e\n" + "\n".join(commands(RECIPE, block=1)))

    assert secret.read_text("utf-8").strip() != before
    refused = portal.run(f"docker compose exec -T requests python -c 'import psycopg; psycopg.connect(\"{before}\")'")
    assert "password authentication failed" in refused.stderr
    author = visitor(portal)
    assert author.do("POST", "/requests", author.prepared(SLUG))["number"]


def test_migrations_and_tools_go_on_with_the_new_password_of_the_owner(portal: Deployment) -> None:
    secret = portal.home / "secrets" / "database_owner"
    before = secret.read_text("utf-8").strip()

    portal.must("set -e\n" + "\n".join(commands(RECIPE, block=2)))  # the last of them migrates

    after = secret.read_text("utf-8").strip()
    bare = (portal.home / "secrets" / "postgres_password").read_text("utf-8").strip()
    assert before != after == f"postgresql://parvis:{bare}@postgres:5432/{{service}}"
    old = f"docker compose run --rm -T --no-deps -e 'OWNER_DATABASE_URL={before}' tools rebuild content"
    assert "refuse le mot de passe du compte" in portal.run(old).stderr
    portal.must("docker compose run --rm -T tools rebuild content")


def test_calls_go_on_under_a_new_key(portal: Deployment) -> None:
    secret = portal.home / "secrets" / "rpc_key"
    before = secret.read_text("utf-8").split()

    portal.must("set -e\n" + "\n".join(commands(RECIPE, block=4)))

    after = secret.read_text("utf-8").split()
    assert len(after) == 1 and after != before
    portal.until_healthy(["gateway"])
    author = visitor(portal)
    assert author.do("POST", "/requests", author.prepared(SLUG))["number"]


def test_all_goes_on_with_new_passwords_of_broker_and_store(portal: Deployment, agent: Person) -> None:
    author = visitor(portal)
    number = author.file_with_photograph(SLUG, photograph())["number"]
    photo = eventually(lambda: the_photo(agent, number), "the photograph in the file")
    drawn = [portal.home / "secrets" / name for name in ("amqp_services", "s3_secret_key")]
    before = [file.read_text("utf-8") for file in drawn]

    *removes, makes, ups = commands(RECIPE, block=3)
    for command in (*removes, f"{makes.split()[0]} --demo", ups):
        portal.must(command)

    assert not {file.read_text("utf-8") for file in drawn} & set(before)
    refused = portal.run(
        f"docker compose run --rm -T --no-deps -e 'AMQP_URL={before[0].strip()}' --entrypoint python tools -m deploy.operator.ask_servers AMQP_URL"
    )
    assert "compte, mot de passe ou espace refusé" in refused.stderr
    assert the_photo(agent, number) == photo
    email = f"{uuid.uuid4().hex[:12]}@courriel.example"
    author.do("POST", "/requests", author.prepared(SLUG, email=email))
    assert eventually(lambda: mails_to(portal, email), "the receipt of a request filed afterwards")
