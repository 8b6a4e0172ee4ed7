"""What a process waits for is no reason to end it."""

import time

import pytest

from tests.support.people import visitor
from tests.swarm.members import until
from tests.swarm.stacked import DATABASES, EVERYWHERE, MEMBERS, OURS, STACK, Stack

SECONDS = 180
BACK_SECONDS = 240


@pytest.mark.release
def test_a_database_that_is_away_restarts_no_task(portal: Stack) -> None:
    portal.until_whole()
    names = {one.name for one in portal.machines}
    until(lambda: all({node for _, node in portal.tasks(one)} == names for one in EVERYWHERE), "proxies and tools")
    others = [name for name in MEMBERS if name not in DATABASES]
    before = {name: portal.tasks(name) for name in (*OURS, *EVERYWHERE, *others)}
    scale(portal, 0)
    try:
        until(lambda: not {*DATABASES} & {name for one in portal.machines for name in portal.on(one)}, "their end")
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(1)
    finally:
        scale(portal, 1)

    until(lambda: visitor(portal).ask("GET", "/procedures").status_code == 200, "procedures", BACK_SECONDS)
    assert {name: portal.tasks(name) for name in before} == before


def scale(portal: Stack, replicas: int) -> None:
    portal.must(f"docker service scale -d {' '.join(f'{STACK}_{name}={replicas}' for name in DATABASES)}")
