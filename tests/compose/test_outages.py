"""A container reports its real health, comes back by itself, and takes no other down."""

import json
import shlex
import time

import pytest
import requests

from tests.compose.deployment import REPLICATED, SERVICES, Deployment
from tests.support.people import eventually

ALL = (*REPLICATED, "relay")
NOTICED_SECONDS = 120  # three probes of Docker's, each up to ten seconds long, every fifteen
STORES = ("postgres", "rabbitmq", "object-store")
# What each says that it lacks when all of them are away; the rest of what it takes is there.
LACKING = {
    **{name: {"database", "broker", "calls"} for name in SERVICES},
    "documents": {"database", "broker", "calls", "object_store"},
    "procedures": {"database", "calls"},  # it subscribes to no events
    "relay": set(SERVICES),
}


def ready(portal: Deployment, name: str) -> tuple[bool, str]:
    """What the container's own probe finds, and says."""
    port = 8000 if name == "gateway" else 8081
    done = portal.run(f"docker compose exec -T {name} python -I -S deploy/image/ready.py {port}")
    return done.returncode == 0, done.stdout


def test_a_process_without_a_store_or_the_broker_is_unhealthy_and_recovers(portal: Deployment) -> None:
    before = portal.started(*ALL)
    portal.must(f"docker compose stop {' '.join(STORES)}")
    try:
        for name, wanted in LACKING.items():
            eventually(lambda name=name, wanted=wanted: lacking(portal, name) == wanted, f"{name} lacks {wanted}")
        unwell = dict.fromkeys((*LACKING, "gateway"), "unhealthy")
        deadline = time.monotonic() + NOTICED_SECONDS
        while (found := states(portal)) != unwell:
            assert time.monotonic() < deadline, found
            time.sleep(0.5)
        page = requests.get(f"{portal.url}/connexion", timeout=30)
    finally:
        portal.must(f"docker compose start {' '.join(STORES)}")
    portal.until_healthy((*ALL, *STORES))

    assert page.status_code in (200, 503), "an answer, whatever is away"
    assert page.headers["Content-Type"].startswith("text/html")
    assert all(not lacking(portal, name) for name in LACKING)
    assert portal.started(*ALL) == before, "nothing was restarted for it"


def lacking(portal: Deployment, name: str) -> set[str]:
    """What the container's probe finds missing."""
    return {check for check, passes in json.loads(ready(portal, name)[1] or "{}").items() if not passes}


def states(portal: Deployment) -> dict[str, str]:
    """What Docker shows of each, all its containers alike."""
    return {
        name: "/".join({one["State"]["Health"]["Status"] for one in portal.containers(name)})
        for name in (*LACKING, "gateway")
    }


@pytest.mark.parametrize("name", ["content", "gateway", "relay"])
def test_a_process_that_ends_by_itself_comes_again(portal: Deployment, name: str) -> None:
    """Not Docker ends it: the process does, with the signal of a defect, which its init passes on."""
    before = {one["Id"]: one["RestartCount"] for one in portal.containers(name)}
    crash = 'import os, signal; [os.kill(int(pid), signal.SIGSEGV) for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in (1, os.getpid())]'
    first = portal.containers(name)[0]["Id"]

    portal.run(f"docker exec {first} python -c '{crash}'")

    eventually(
        lambda: (
            {one["Id"]: one["RestartCount"] for one in portal.containers(name)} == {**before, first: before[first] + 1}
        ),
        f"{name} again",
    )
    portal.until_healthy([name])


@pytest.mark.parametrize("stopped", [*SERVICES, "gateway", "relay"])
def test_a_stopped_service_takes_no_other_down(portal: Deployment, stopped: str) -> None:
    others = [name for name in ALL if name != stopped]
    before = portal.started(*others)
    portal.must(f"docker compose stop {stopped}")
    try:
        page = requests.get(f"{portal.url}/connexion", timeout=30)
        assert (page.status_code, page.headers["Content-Type"].partition(";")[0]) == (
            (503, "text/html") if stopped == "gateway" else (200, "text/html")
        )
        assert portal.started(*others) == before
        # A gateway is not ready without the town's procedures, of which every page speaks; it lives, and answers.
        unready = {name for name in others if not ready(portal, name)[0]}
        assert unready == ({"gateway"} if stopped == "procedures" else set())
    finally:
        portal.must(f"docker compose start {stopped}")
        portal.until_healthy([stopped])


def test_the_proxy_is_healthy_only_while_a_gateway_answers(portal: Deployment) -> None:
    def healthy() -> bool:
        [healthcheck] = {tuple(one["Config"]["Healthcheck"]["Test"][1:]) for one in portal.containers("proxy")}
        return portal.run(f"docker compose exec -T proxy {shlex.join(healthcheck)}").returncode == 0

    assert healthy()
    portal.must("docker compose stop gateway")
    try:
        assert eventually(lambda: not healthy(), "a proxy that sees that no gateway answers")
    finally:
        portal.must("docker compose start gateway")
    assert eventually(healthy, "a proxy that is healthy again")
    portal.until_healthy(["gateway", "proxy"])
