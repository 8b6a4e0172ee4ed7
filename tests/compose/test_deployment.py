"""The deployment of docker-compose.yml: what an operator starts, what people reach, what stays shut."""

import json
import os

import pytest

from tests.compose.conftest import say
from tests.compose.deployment import SERVICES, Deployment, commands

COLD_SECONDS = 60
QUIET = 0.2  # of the processors' time, taken by others, and the bar says nothing any more
MEMORY_BYTES = 1_200_000_000
LAYER_BYTES = 150_000_000


def test_the_first_start_is_quick_and_light(portal: Deployment, cold_start: dict[str, float]) -> None:
    [up] = [seconds for command, seconds in cold_start.items() if " up " in command]
    memory = sum(memory_of(portal, one["Id"]) for one in portal.containers())
    layers = ours(portal)
    busy, load = cold_start["busy"], os.getloadavg()[0]
    quiet = busy <= QUIET
    say(
        f"cold up --wait {up:.0f} s, at most {COLD_SECONDS} s{'' if quiet else ', NOT JUDGED'}: "
        f"before it others took {busy:.0%} of the machine, load now {load:.1f}"
    )
    say(f"memory of all containers at rest {memory / 1e6:.0f} MB, at most {MEMORY_BYTES / 1e6:.0f} MB")
    say(f"layers over the base {layers / 1e6:.1f} MB, at most {LAYER_BYTES / 1e6:.0f} MB")

    assert up <= COLD_SECONDS or not quiet
    assert memory <= MEMORY_BYTES
    assert layers <= LAYER_BYTES


def memory_of(portal: Deployment, container: str) -> int:
    """What its processes hold; the kernel's cache of files, which it gives back at once, is not counted."""
    used = portal.must(f"docker stats --no-stream --format '{{{{.MemUsage}}}}' {container}").split("/")[0].strip()
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10), ("B", 1)):
        if used.endswith(unit):
            return int(float(used.removesuffix(unit)) * size)
    raise AssertionError(used)


def ours(portal: Deployment) -> int:
    """The bytes of our image over its base."""
    names = (portal.environment["PARVIS_IMAGE"], "python:3.13-slim-trixie")
    image, base = (int(portal.must(f"docker image inspect --format '{{{{.Size}}}}' {name}")) for name in names)
    return image - base


@pytest.mark.parametrize("files", ["docker-compose.yml", "docker-compose.yml:deploy/ipv6.yml"])
def test_the_compose_files_are_clean(portal: Deployment, files: str) -> None:
    done = portal.run("docker compose --profile '*' config -q", COMPOSE_FILE=files)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("command", commands("Commandes"))
def test_every_command_of_the_documentation_works(portal: Deployment, command: str) -> None:
    portal.must(command)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("status", "docker compose ps"),
        ("down", "docker compose stop"),
        ("psql requests", "docker compose exec postgres psql -U parvis -d requests"),
    ],
)
def test_the_tools_refuse_a_command_left_to_compose_and_name_it(portal: Deployment, words: str, command: str) -> None:
    done = portal.parvis(words)

    assert done.returncode == 1
    assert command in done.stderr
    assert "ne tourne pas" not in done.stdout + done.stderr


def test_an_agents_one_time_code_is_printed(portal: Deployment) -> None:
    assert portal.must("docker compose exec -T inbox python -m deploy.local code agent.accueil").strip().isdigit()


def test_a_service_is_given_no_password_but_its_own(portal: Deployment) -> None:
    for name in SERVICES:
        there = portal.must(f"docker compose exec -T {name} ls /run/secrets").split()
        assert [one for one in there if one.startswith("database_")] == [f"database_{name}"]

    assert "permission denied for database" in asked_by_content(portal, "SELECT 1", database="requests")


def test_events_cannot_be_changed_by_the_service_that_wrote_them(portal: Deployment) -> None:
    for statement in ("DELETE FROM events", "UPDATE events SET version = version", "TRUNCATE events"):
        assert "permission denied for table events" in asked_by_content(portal, statement)


def asked_by_content(portal: Deployment, statement: str, *, database: str = "content") -> str:
    """What Python complains of when the service content sends this to PostgreSQL, with the password that it has."""
    ask = (
        "import pathlib, psycopg; url = pathlib.Path('/run/secrets/database_content').read_text().strip(); "
        f"psycopg.connect(url.rpartition('/')[0] + '/{database}').execute('{statement}')"
    )
    return portal.run(f'docker compose exec -T content python -c "{ask}"').stderr


def test_the_broker_knows_no_default_user(portal: Deployment) -> None:
    listed = portal.must("docker compose exec -T rabbitmq rabbitmqctl -q list_users --no-table-headers")

    known = {line.split()[0] for line in listed.splitlines() if line}
    assert {"services", "relay", "operator"} <= known
    assert "guest" not in known


def test_permissions_at_the_broker_are_those_of_the_definitions(portal: Deployment) -> None:
    def rights(vhost: str) -> dict[str, list[str]]:
        listed = portal.must(
            f"docker compose exec -T rabbitmq rabbitmqctl -q list_permissions -p {vhost} --no-table-headers"
        )
        return {name: given for name, *given in (line.split("\t") for line in listed.splitlines() if line)}

    everything = [".*"] * 3
    assert rights("parvis") == {"services": everything, "relay": everything}
    assert rights("partners")["relay"] == [r"^parvis\.events$"] * 3
    assert "services" not in rights("partners")


def test_only_event_queues_are_quorum_queues(portal: Deployment) -> None:
    listed = (
        "docker compose exec -T rabbitmq rabbitmqctl -q list_queues --vhost parvis name type arguments --formatter json"
    )
    queues = json.loads(portal.must(listed))

    for queue in queues:
        of_events = ".hears." in queue["name"] or queue["name"].endswith(".dead-letters")
        assert (queue["type"] == "quorum") == of_events, queue
        if not of_events:
            assert "x-dead-letter-exchange" not in json.dumps(queue["arguments"])
    assert {queue["type"] for queue in queues} == {"quorum", "classic"}


ASK_BUCKETS = """
from minio import Minio
from services.chassis.settings import Settings
of = Settings.load()
s3 = Minio(of.s3_endpoint, access_key=of.s3_access_key, secret_key=of.s3_secret_key, secure=False, region=of.s3_region)
for name in sorted(one.name for one in s3.list_buckets()):
    rules = getattr(s3.get_bucket_lifecycle(name), "rules", [])
    print(name, s3.get_bucket_versioning(name).status == "Enabled", [(one.status, one.expiration.days) for one in rules])
"""


def test_objects_keep_every_version_and_unfetched_ones_go_after_a_day(portal: Deployment) -> None:
    printed = portal.must(f"docker compose exec -T documents python - <<'END'\n{ASK_BUCKETS}END")

    assert printed.splitlines() == ["parvis-files True []", "parvis-quarantine False [('Enabled', 1)]"]
