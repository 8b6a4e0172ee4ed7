"""What is missing, wrong or away is named in one French sentence by the container that meets it, and nothing starts on it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.compose.deployment import SERVICES, Deployment, commands, ship


@pytest.fixture(scope="module")
def secured(shipped: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A release with its secrets, next to which nothing runs yet."""
    home = tmp_path_factory.mktemp("secured")
    ship(home)
    name = f"{shipped.project}-secured"
    deployment = replace(shipped, home=home, environment={**shipped.environment, "COMPOSE_PROJECT_NAME": name})
    deployment.must("deploy/make-secrets --demo")
    yield deployment
    deployment.must("docker compose --profile '*' down -v --remove-orphans --timeout 5")
    assert not deployment.left()


def said(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else ""


def test_without_secrets_up_says_what_makes_them(shipped: Deployment, server: Path) -> None:
    done = shipped.run(
        f"docker compose --project-directory {server} -f {server}/docker-compose.yml up -d", PUBLIC_URL=""
    )

    assert done.returncode != 0
    assert "lancez d’abord deploy/make-secrets" in done.stderr


def test_the_secrets_are_made_once_and_for_that_name(shipped: Deployment, server: Path) -> None:
    [make, *_] = commands("D’un serveur vide au portail")
    shipped.must(f"cd {server} && {make}")
    before = {file.name: file.read_bytes() for file in (server / "secrets").iterdir()}
    subject = shipped.must(f"openssl x509 -in {server}/secrets/certificate.pem -noout -subject")

    shipped.must(f"cd {server} && {make}")

    assert make.split("https://")[1].split()[0] in subject
    assert {file.name: file.read_bytes() for file in (server / "secrets").iterdir()} == before
    assert (server / "secrets").stat().st_mode & 0o077 == 0
    assert "PUBLIC_URL=https://" in (server / ".env").read_text("utf-8")
    for other in (
        "https://autre.ville.example smtp://relais.ville.example:25",
        f"{make.split()[1]} smtp://autre:25",
        "--demo",
    ):
        refused = shipped.run(f"cd {server} && deploy/make-secrets {other}")
        assert refused.returncode == 1
        assert "changez-le là" in refused.stderr
    assert {file.name: file.read_bytes() for file in (server / "secrets").iterdir()} == before
    shutil.rmtree(server / "secrets")


@pytest.mark.parametrize(
    "arguments", ["", "portail.ville.fr", "https://portail.ville.fr", "https://portail.ville.fr relais:25"]
)
def test_make_secrets_takes_only_what_it_understands(shipped: Deployment, server: Path, arguments: str) -> None:
    done = shipped.run(f"cd {server} && deploy/make-secrets {arguments}")

    assert done.returncode == 2
    assert done.stderr.startswith("Usage\xa0: ")


@pytest.mark.parametrize(
    ("job", "setting", "sentence"),
    [
        (
            "migrate",
            "OWNER_DATABASE_URL=postgresql://parvis:faux@postgres/{service}",
            "refuse le mot de passe du compte",
        ),
        (
            "migrate",
            "OWNER_DATABASE_URL=postgresql://parvis:x@nulle-part/{service}",
            "DATABASE_URL : le serveur ne nous",
        ),
        ("migrate", "AMQP_URL=amqp://services:faux@rabbitmq:5672/parvis", "AMQP_URL : le serveur ne nous reçoit pas"),
        ("migrate", "MASTER_KEY=trop-court", "MASTER_KEY : valeur incorrecte"),
        ("migrate", "MASTER_KEY=" + "A" * 43 + "=", "remettez celle d’alors dans secrets/master_key"),
        ("buckets", "S3_ENDPOINT=object-store:9", "S3_ENDPOINT : le serveur ne nous reçoit pas"),
        ("buckets", "S3_SECRET_KEY=faux", "vérifiez S3_SECURE, S3_ACCESS_KEY, S3_SECRET_KEY"),
    ],
)
def test_a_refused_log_in_at_a_server_is_reported_before_anything_starts(
    portal: Deployment, job: str, setting: str, sentence: str
) -> None:
    done = portal.run(f"docker compose run --rm -T --no-deps -e '{setting}' {job}")

    assert done.returncode == 1
    assert sentence in said(done.stderr)


def test_a_migration_that_fails_names_its_database_and_leaves_it_as_it_was(portal: Deployment, tmp_path: Path) -> None:
    bad = tmp_path / "9999-bad.sql"
    bad.write_text("CREATE TABLE half (id int);\nSELECT * FROM missing;\n", "utf-8")
    bad.chmod(0o644)
    place = "/opt/parvis/app/services/content/migrations/9999-bad.sql"

    done = portal.run(f"docker compose run --rm -T --no-deps -v {bad}:{place}:ro migrate")
    left = portal.must("docker compose exec -T postgres psql -U parvis -d content -Atc \"SELECT to_regclass('half')\"")

    assert done.returncode == 1
    assert said(done.stderr).startswith("migrate : la base de content n’a pas pu être mise à niveau (9999-bad : ")
    assert left.strip() == ""
    assert portal.run("docker compose run --rm -T --no-deps migrate").returncode == 0, "and it works again without it"


def test_no_service_starts_on_databases_of_a_failed_migration(secured: Deployment, tmp_path: Path) -> None:
    bad = tmp_path / "9999-bad.sql"
    bad.write_text("CREATE TABLE half (id int);\nSELECT * FROM missing;\n", "utf-8")
    bad.chmod(0o644)
    place = "/opt/parvis/app/services/accounts/migrations/9999-bad.sql"
    more = tmp_path / "bad.yml"
    more.write_text(f"services: {{ migrate: {{ volumes: ['{bad}:{place}:ro'] }} }}\n", "utf-8")

    done = secured.run(f"docker compose -f docker-compose.yml -f {more} up -d gateway")
    [job] = secured.containers("migrate", everything=True)
    log = secured.run(f"docker logs {job['Id']}").stderr
    running = {one["Config"]["Labels"]["com.docker.compose.service"] for one in secured.containers()}
    secured.must("docker compose --profile '*' down -v --timeout 5")

    assert done.returncode != 0
    assert "migrate" in done.stderr
    assert said(log).startswith("migrate : la base de accounts n’a pas pu être mise à niveau (9999-bad : ")
    assert not running & {*SERVICES, "gateway", "relay", "proxy"}


@pytest.mark.parametrize(
    ("secret", "container", "named"),
    [
        ("signing_key", "settings", "settings : secrets/signing_key est vide"),
        ("certificate.pem", "settings", "settings : secrets/certificate.pem est vide"),
        ("rpc_key", "migrate", "RPC_KEY_FILE : le fichier /run/secrets/rpc_key est vide."),
        ("database_owner", "migrate", "OWNER_DATABASE_URL_FILE : le fichier /run/secrets/database_owner est vide."),
        ("s3_secret_key", "buckets", "S3_SECRET_KEY_FILE : le fichier /run/secrets/s3_secret_key est vide."),
        ("s3_secret_key", "object-store", "object-store : secrets/s3_secret_key est vide"),
        ("s3_access_key", "object-store", "object-store : secrets/s3_access_key est vide"),
        ("amqp_services", "requests", "AMQP_URL_FILE : le fichier /run/secrets/amqp_services est vide."),
        ("smtp_url", "messaging", "SMTP_URL_FILE : le fichier /run/secrets/smtp_url est vide."),
        ("certificate.pem", "proxy", "/run/secrets/certificate.pem"),
        ("rabbitmq_definitions.json", "rabbitmq", "secrets/rabbitmq_definitions.json est vide"),
        ("postgres_password", "postgres", "superuser password is not specified"),
    ],
)
def test_an_empty_secret_is_named_by_the_container_that_meets_it(
    secured: Deployment, secret: str, container: str, named: str
) -> None:
    file = secured.home / "secrets" / secret
    whole = file.read_bytes()
    file.write_bytes(b"")
    try:
        done = secured.run(f"docker compose run --rm -T --no-deps {container}", seconds=60)
    finally:
        file.write_bytes(whole)

    assert done.returncode != 0
    assert named.replace("\xa0", " ") in (done.stdout + done.stderr).replace("\xa0", " ")


def test_a_missing_secret_is_named_and_nothing_is_started(secured: Deployment) -> None:
    file = secured.home / "secrets" / "signing_key"
    aside = file.rename(file.with_name("aside"))
    try:
        done = secured.run("docker compose up -d")
    finally:
        aside.rename(file)

    assert done.returncode != 0
    assert "secrets/signing_key" in done.stderr
    assert not [one for one in secured.containers() if one["Config"]["User"] == "parvis"]


def test_a_wrong_setting_of_the_proxy_is_named_by_it(secured: Deployment) -> None:
    done = secured.run("docker compose run --rm -T --no-deps proxy", PROXY_REQUESTS_PER_10S="beaucoup")

    assert done.returncode != 0
    assert "beaucoup" in done.stderr
