"""All our processes killed at random under load: nothing acknowledged is lost, nothing is done twice, and work resumes at once."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faults import invariants, poison
from tests.faults.deployment import SERVICES, Deployment
from tests.faults.load import Load
from tests.servers import look

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

KILLS = {"gate": 8, "release": 150}
SECONDS_A_KILL = {"gate": 1.5, "release": 4.0}
RATE = {"gate": 20, "release": 60}
CLIENTS = {"gate": 8, "release": 32}
BEHIND_SECONDS = {"gate": 0.0, "release": 20.0}  # who waits for an answer comes no less often, only later
STEADY_SECONDS = {"gate": 2, "release": 60}  # beside the five that the first report is about
PAUSE_SECONDS = 0.1
WARM_DEEDS = 150  # a process that has just started makes much ready once, however long a busy machine takes over it
WARM_AT_MOST = 60.0
WARM_RATE = 60
WARM_SECONDS = 6.0  # a service reports the last five seconds
PAUSE = re.compile(r"^parvis_hub_pause_seconds (\S+)$", re.MULTILINE)
OWN_PAUSE = re.compile(r"^parvis_hub_own_pause_seconds (\S+)$", re.MULTILINE)


@pytest.fixture
def poisoned(deployment: Deployment) -> Iterator[None]:
    """An undecodable message of a service of ours lies there until the end, whatever the end."""
    poison.publish(deployment)
    yield
    poison.throw_away(deployment)


@pytest.mark.usefixtures("poisoned")
def test_random_kills_lose_nothing_acknowledged_and_repeat_nothing(
    deployment: Deployment, faults: str, figures: Callable[[str], None]
) -> None:
    seed = random.SystemRandom().randrange(10_000)
    before = dict(deployment.kills)
    load = Load(deployment, clients=CLIENTS[faults], rate=RATE[faults], seed=seed, behind=BEHIND_SECONDS[faults])
    with load:
        deployment.kill_at_random(KILLS[faults], every=SECONDS_A_KILL[faults], chance=random.Random(seed))
        last_kill = deployment.machine.clock()
    ready = deployment.wait_until_ready()
    drained = look.drained(deployment)
    took = deployment.machine.clock() - last_kill
    kills = {name: count - before[name] for name, count in deployment.kills.items()}
    mails = invariants.twice(invariants.mails_to(deployment, load))
    figures(
        f"seed {seed}, kills {kills}: {load.summary()}; ready in {ready:.1f} s, drained in {drained:.1f} s, "
        f"{took:.1f} s after the last kill, {mails} mails twice"
    )
    assert took < look.DRAIN_SECONDS, f"drained {took:.0f} s after the last kill"
    invariants.hold(deployment, load, cuts=kills["messaging"], poisoned=True)
    assert faults == "gate" or load.rate >= RATE[faults], "fewer came than the promise is about"


def test_the_hub_never_stands_still_under_load(
    deployment: Deployment, faults: str, figures: Callable[[str], None]
) -> None:
    """What a process does in one piece lasts a tenth of a second at most; waiting for a processor is not its doing.

    A process leaves out what the kernel kept from it; what the hypervisor took is known here only.
    """
    pauses: dict[str, float] = {}
    own: dict[str, float] = {}
    warming = Load(deployment, clients=CLIENTS[faults], rate=WARM_RATE)
    with warming:
        patient_until = time.monotonic() + WARM_AT_MOST
        while len(warming.deeds) < WARM_DEEDS and time.monotonic() < patient_until:
            time.sleep(0.1)
    load = Load(deployment, clients=CLIENTS[faults], rate=RATE[faults])
    with load:
        time.sleep(WARM_SECONDS)
        begun = datetime.now(UTC).isoformat()
        end = time.monotonic() + STEADY_SECONDS[faults]
        while time.monotonic() < end:
            time.sleep(1)
            for name in SERVICES:
                page = deployment.metrics(name)
                pauses[name] = max(pauses.get(name, 0.0), reading(PAUSE, page))
                own[name] = max(own.get(name, 0.0), reading(OWN_PAUSE, page))
    look.drained(deployment)
    figures(f"longest pauses {rounded(pauses)}, of which own {rounded(own)}: {load.summary()}")
    most = PAUSE_SECONDS + deployment.machine.longest_theft(load.began)
    assert max(own.values()) <= most, own
    long = [
        line for log in deployment.logs() for line in said(log, "hub_stood_still", since=begun) if line["own"] > most
    ]
    assert not long, long
    invariants.every_answer_became_definite(warming)
    invariants.every_answer_became_definite(load)


def reading(gauge: re.Pattern[str], page: str) -> float:
    found = gauge.search(page)
    assert found is not None
    return float(found.group(1))


def rounded(seconds: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in seconds.items()}


def said(log: Path, event: str, *, since: str) -> list[dict[str, Any]]:
    """The lines of a log of ours about this event, from that moment on."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [one for line in lines if event in line and (one := json.loads(line)).get("event") == event]
    return [line for line in found if line["timestamp"] >= since]
