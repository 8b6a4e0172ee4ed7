"""What a process waits for is no reason to end it."""

import time

import pytest

from tests.support.people import eventually, visitor
from tests.swarm.stacked import DATABASES, EVERYWHERE, OURS, STACK, Stack

SECONDS = {"gate": 75, "release": 180}  # five probes, of which Swarm ends a task after three


def test_a_database_that_is_away_restarts_no_task(portal: Stack, request: pytest.FixtureRequest) -> None:
    portal.until_whole()
    before = {name: portal.tasks(name) for name in (*OURS, *EVERYWHERE)}
    scale(portal, 0)
    try:
        until = time.monotonic() + SECONDS[request.config.getoption("--faults") or "gate"]
        while time.monotonic() < until:
            time.sleep(1)
    finally:
        scale(portal, 1)

    eventually(lambda: visitor(portal).ask("GET", "/procedures").status_code == 200, "procedures")
    assert {name: portal.tasks(name) for name in before} == before


def scale(portal: Stack, replicas: int) -> None:
    portal.must(f"docker service scale -d {' '.join(f'{STACK}_{name}={replicas}' for name in DATABASES)}")
