"""Servers that die, refuse or fall silent under load: whoever asks is answered within six seconds, and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.faults import invariants, look
from tests.faults.house import House
from tests.faults.load import Load

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

ANSWER_SECONDS = 6.0
AWAY_SECONDS = {"gate": 6, "release": 30}
ROUNDS = {"gate": 1, "release": 5}
RATE = {"gate": 10, "release": 60}
CLIENTS = {"gate": 8, "release": 32}


@dataclass(frozen=True)
class Outage:
    """How something goes away and how it comes back."""

    begin: Callable[[House], None]
    end: Callable[[House], None]


OUTAGES = {
    "the broker is killed": Outage(House.kill_broker, House.start_broker),
    "the broker is stopped": Outage(House.stop_broker, House.start_broker),
    "the broker is out of memory": Outage(
        lambda house: house.alarm_broker(on=True), lambda house: house.alarm_broker(on=False)
    ),
    "the broker falls silent": Outage(
        lambda house: house.cables.silence("broker"), lambda house: house.cables.heal("broker")
    ),
    "the database crashes": Outage(House.crash_database, House.start_database),
    "the database falls silent": Outage(
        lambda house: house.cables.silence("database"), lambda house: house.cables.heal("database")
    ),
}


@pytest.mark.parametrize("name", OUTAGES)
def test_everybody_is_answered_and_nothing_is_lost_while(
    house: House, faults: str, name: str, figures: Callable[[str], None]
) -> None:
    outage = OUTAGES[name]
    load = Load(house, clients=CLIENTS[faults], rate=RATE[faults])
    with load:
        for _ in range(ROUNDS[faults]):
            time.sleep(2)
            outage.begin(house)
            time.sleep(AWAY_SECONDS[faults])
            outage.end(house)
            ready = house.wait_until_ready()
    drained = look.drained(house)
    mails = invariants.twice(invariants.mails_to(house, load))
    figures(f"{load.told()}; ready in {ready:.1f} s, drained in {drained:.1f} s, {mails} mails twice")
    late = load.late(ANSWER_SECONDS)
    assert not late, f"{len(late)} waited longer than {ANSWER_SECONDS} s: {late[:5]}"
    assert None not in {one.status for one in load.tries()}, "the gateway itself did not answer"
    invariants.hold(house, load, cuts=ROUNDS[faults])
