"""The deployment of docker-compose.yml: what an operator starts, what people reach, what stays shut."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
from urllib.parse import urlsplit

import amqp
import pytest
import requests

from tests.compose.conftest import say
from tests.compose.deployment import SERVICES, Deployment, commands

COLD_SECONDS = 60
MEMORY_BYTES = 1_200_000_000
LAYER_BYTES = 150_000_000


def test_the_first_start_is_quick_and_light(portal: Deployment, cold_start: dict[str, float]) -> None:
    [up] = [seconds for command, seconds in cold_start.items() if " up " in command]
    busy = max(1.0, cold_start["load"] / (os.cpu_count() or 1))
    memory = sum(memory_of(one["Id"]) for one in portal.containers())
    layers = ours(portal)
    say(f"cold up --wait {up:.0f} s (machine {busy:.1f} times busy), at most {COLD_SECONDS} s on an idle one")
    say(f"memory of all containers at rest {memory / 1e6:.0f} MB, at most {MEMORY_BYTES / 1e6:.0f} MB")
    say(f"layers over the base {layers / 1e6:.1f} MB, at most {LAYER_BYTES / 1e6:.0f} MB")

    assert up <= COLD_SECONDS * busy
    assert memory <= MEMORY_BYTES
    assert layers <= LAYER_BYTES


def memory_of(container: str) -> int:
    """What its processes hold; the kernel's cache of files, which it gives back at once, is not counted."""
    told = subprocess.run(
        ["docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", container],
        capture_output=True, text=True, check=True, timeout=30,
    ).stdout.split("/")[0].strip()  # fmt: skip
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10), ("B", 1)):
        if told.endswith(unit):
            return int(float(told.removesuffix(unit)) * size)
    raise AssertionError(told)


def ours(portal: Deployment) -> int:
    """The bytes of our image over its base."""
    names = (portal.environment["PARVIS_IMAGE"], "python:3.13-slim-trixie")
    image, base = (int(portal.must(f"docker image inspect --format '{{{{.Size}}}}' {name}")) for name in names)
    return image - base


def test_the_compose_file_is_clean(portal: Deployment) -> None:
    done = portal.run("docker compose --profile '*' config -q")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("command", commands("Commands"))
def test_every_command_of_the_documentation_works(portal: Deployment, command: str) -> None:
    portal.must(command)


def test_only_the_doors_are_published(portal: Deployment) -> None:
    published = {
        one["Config"]["Labels"]["com.docker.compose.service"]
        for one in portal.containers()
        for bound in (one["NetworkSettings"]["Ports"] or {}).values()
        for place in bound or []
        if place["HostIp"] != "127.0.0.1"
    }

    assert published == {"proxy", "partners"}


def test_no_process_of_ours_has_a_right_it_does_not_need(portal: Deployment) -> None:
    for one in [one for name in (*SERVICES, "gateway", "relay") for one in portal.containers(name)]:
        host = one["HostConfig"]
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert not host["CapAdd"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert one["Config"]["User"] == "parvis"
        assert host["Memory"] > 0
        assert host["LogConfig"]["Config"]["max-size"] == "10m"


def test_a_service_is_given_no_password_but_its_own(portal: Deployment) -> None:
    for name in SERVICES:
        there = portal.must(f"docker compose exec -T {name} ls /run/secrets").split()
        assert [one for one in there if one.startswith("database_")] == [f"database_{name}"]

    assert "permission denied for database" in asked_by_content(portal, "SELECT 1", database="requests")


def test_events_cannot_be_changed_by_the_service_that_wrote_them(portal: Deployment) -> None:
    assert "permission denied for table events" in asked_by_content(portal, "DELETE FROM events")


def asked_by_content(portal: Deployment, statement: str, *, database: str = "content") -> str:
    """What Python complains of when the service content sends this to PostgreSQL, with the password that it has."""
    ask = (
        "import pathlib, psycopg; url = pathlib.Path('/run/secrets/database_content').read_text().strip(); "
        f"psycopg.connect(url.rpartition('/')[0] + '/{database}').execute('{statement}')"
    )
    return portal.run(f'docker compose exec -T content python -c "{ask}"').stderr


def test_the_broker_knows_no_default_user(portal: Deployment) -> None:
    door = urlsplit(portal.environment["PARTNERS_PUBLIC_URL"])

    with pytest.raises(amqp.AccessRefused):
        amqp.Connection(
            host=door.netloc,
            userid="guest",
            password="guest",
            virtual_host="parvis",
            ssl={"server_hostname": "localhost", "cert_reqs": ssl.CERT_REQUIRED},
        ).connect()


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


def test_the_door_refuses_what_is_too_big_and_hides_what_is_the_operators(portal: Deployment) -> None:
    big = requests.post(f"{portal.url}/api/v1/requests", data=bytes(20_000_001), timeout=30)
    plain = requests.get(f"http://localhost:{portal.environment['HTTP_PORT']}/x", allow_redirects=False, timeout=10)

    assert big.status_code == 413
    assert "Envoi trop volumineux" in big.content.decode("utf-8")
    assert {requests.get(portal.url + path, timeout=10).status_code for path in ("/readyz", "/healthz")} == {404}
    assert (plain.status_code, plain.headers["Location"]) == (301, f"{portal.url}/x")


def test_pages_are_strict_and_cookies_secure(portal: Deployment) -> None:
    answer = requests.get(f"{portal.url}/connexion", timeout=30)

    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert all(cookie.secure and cookie.name.startswith("__Host-") for cookie in answer.cookies)
    assert answer.cookies


def test_a_stopped_service_takes_no_other_down(portal: Deployment) -> None:
    others = [name for name in (*SERVICES, "gateway", "relay") if name != "content"]
    before = {one["Id"]: one["State"]["StartedAt"] for name in others for one in portal.containers(name)}

    portal.must("docker compose stop content")
    try:
        assert requests.get(f"{portal.url}/api/v1/procedures", timeout=30).status_code == 200
        after = {one["Id"]: one["State"]["StartedAt"] for name in others for one in portal.containers(name)}
        assert after == before
    finally:
        portal.must("docker compose start content")
        portal.until_healthy(["content"])
