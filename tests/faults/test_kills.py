"""All our processes killed at random under load: nothing acknowledged is lost, nothing is done twice, and work resumes at once."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable

import pytest

from tests.faults import invariants, look
from tests.faults.house import SERVICES, House
from tests.faults.load import Load

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

KILLS = {"gate": 16, "release": 150}
SECONDS_A_KILL = 2.5
RATE = {"gate": 20, "release": 60}
CLIENTS = {"gate": 8, "release": 32}
STEADY_SECONDS = {"gate": 8, "release": 60}
PAUSE_SECONDS = 0.1
PAUSE = re.compile(r"^parvis_hub_pause_seconds (\S+)$", re.MULTILINE)


def test_whoever_is_killed_nothing_acknowledged_is_lost_and_nothing_is_done_twice(
    house: House, faults: str, figures: Callable[[str], None]
) -> None:
    seed = random.SystemRandom().randrange(10_000)
    load = Load(house, clients=CLIENTS[faults], rate=RATE[faults], seed=seed)
    with load:
        house.kill_at_random(KILLS[faults], every=SECONDS_A_KILL, chance=random.Random(seed))
    ready = house.wait_until_ready()
    drained = look.drained(house)
    figures(f"seed {seed}, kills {house.kills}: {load.told()}; ready in {ready:.1f} s, drained in {drained:.1f} s")
    invariants.hold(house, load)


def test_the_hub_never_stands_still_under_load(house: House, faults: str, figures: Callable[[str], None]) -> None:
    pauses: dict[str, float] = {}
    load = Load(house, clients=CLIENTS[faults], rate=RATE[faults])
    with load:
        watch_pauses(house, STEADY_SECONDS[faults], pauses)
    look.drained(house)
    figures(f"longest pauses {pauses}: {load.told()}")
    if faults == "release":  # on a machine that has nothing else to do
        assert 503 not in {one.status for one in load.tries()}
        assert max(pauses.values()) <= PAUSE_SECONDS, pauses
    invariants.hold(house, load)


def watch_pauses(house: House, seconds: float, pauses: dict[str, float]) -> None:
    """Keeps the longest pause that each service told of within that time; the first reading still tells of before."""
    end = time.monotonic() + seconds
    time.sleep(5.5)  # a service tells of the last five seconds
    while time.monotonic() < end:
        for name in SERVICES:
            found = PAUSE.search(house.metrics(name))
            assert found is not None
            pauses[name] = max(pauses.get(name, 0.0), float(found.group(1)))
        time.sleep(1)
