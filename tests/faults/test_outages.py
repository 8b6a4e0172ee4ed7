"""Servers that die, refuse or fall silent under load: every call is answered within six seconds, and nothing is lost."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.faults import invariants
from tests.faults.deployment import Deployment
from tests.faults.load import Load
from tests.servers import look

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

ANSWER_SECONDS = 6.0
AWAY_SECONDS = {"gate": 5, "release": 30}
SERVED = {"gate": 8, "release": 300}  # deeds done before each outage
PAUSE_SECONDS = {"gate": 0, "release": ANSWER_SECONDS}  # between two outages
ROUNDS = {"gate": 1, "release": 5}
RATE = {"gate": 10, "release": 60}
CLIENTS = {"gate": 8, "release": 32}


@dataclass(frozen=True)
class Outage:
    """How something goes away and how it comes back."""

    begin: Callable[[Deployment], None]
    end: Callable[[Deployment], None]
    cuts_mails: bool = False
    """Whether a sender can be kept from noting that the mail server has a mail: by the loss of its database, not of the broker."""
    slow_to_return: bool = False
    """Whether its own start lasts longer than a call may: at gate counts that is all the time for which it is away."""


OUTAGES = {
    "the broker is killed": Outage(Deployment.kill_broker, Deployment.start_broker, slow_to_return=True),
    "the broker is stopped": Outage(Deployment.stop_broker, Deployment.start_broker, slow_to_return=True),
    "the broker is out of memory": Outage(
        lambda deployment: deployment.alarm_broker(on=True), lambda deployment: deployment.alarm_broker(on=False)
    ),
    "the broker falls silent": Outage(
        lambda deployment: deployment.cables.silence("broker"), lambda deployment: deployment.cables.heal("broker")
    ),
    "the database crashes": Outage(Deployment.crash_database, Deployment.start_database, cuts_mails=True),
    "the database falls silent": Outage(
        lambda deployment: deployment.cables.silence("database"),
        lambda deployment: deployment.cables.heal("database"),
        cuts_mails=True,
    ),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """At gate counts one load meets all outages in turn; at release counts each has a load of its own, and comes often."""
    if "names" in metafunc.fixturenames:
        apart = metafunc.config.getoption("--faults") == "release"
        groups = [[name] for name in OUTAGES] if apart else [list(OUTAGES)]
        metafunc.parametrize("names", groups, ids=[group[0] if apart else "any outage" for group in groups])


def test_every_client_is_answered_and_nothing_is_lost_during_an_outage(
    deployment: Deployment, faults: str, names: list[str], figures: Callable[[str], None]
) -> None:
    load = Load(deployment, clients=CLIENTS[faults], rate=RATE[faults])
    turns = names * ROUNDS[faults]
    stretches: list[tuple[float, float, str]] = []
    calm: list[tuple[float, float]] = []
    ready: dict[str, float] = {}
    with load:
        for turn, name in enumerate(turns):
            if turn > 0:
                time.sleep(PAUSE_SECONDS[faults])  # the clients that were waiting come as often as before
            begun = time.monotonic()
            load.wait_until_served(SERVED[faults])
            calm.append((begun, time.monotonic()))
            OUTAGES[name].begin(deployment)
            if faults == "release" or not OUTAGES[name].slow_to_return:
                time.sleep(AWAY_SECONDS[faults])
            OUTAGES[name].end(deployment)
            ready[name] = deployment.wait_until_ready()
            stretches.append((begun, time.monotonic(), name))
    drained = look.drained(deployment)
    mails = invariants.twice(invariants.mails_to(deployment, load))
    asked = sum(load.rate_between(*stretch) for stretch in calm) / len(calm)
    after = ", ".join(f"{seconds:.1f} s after {name}" for name, seconds in ready.items())
    figures(
        f"{load.summary()}, {asked:.0f} a second before each outage; ready {after}; drained in {drained:.1f} s, "
        f"{mails} mails twice"
    )
    late = [
        (kind, one, [name for begun, ended, name in stretches if begun <= one.began < ended])
        for kind, one in load.late(ANSWER_SECONDS)
    ]
    assert not late, f"{len(late)} waited longer than {ANSWER_SECONDS} s: {late[:5]}"
    assert None not in {one.status for one in load.tries()}, "the gateway itself did not answer"
    invariants.hold(deployment, load, cuts=sum(OUTAGES[name].cuts_mails for name in turns))
