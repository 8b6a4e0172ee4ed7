"""People at the portal while something happens to it: those who look at a page of each machine, and those who file by whichever answers."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from tests.compose.test_faults import Crowd
from tests.swarm.busy import busy, longest_gap
from tests.swarm.conftest import say
from tests.swarm.machines import Machine
from tests.swarm.members import until
from tests.swarm.stacked import Stack

ANSWERS_SECONDS = 15
ANSWERS_WITHOUT_LEADER_SECONDS = 45
"""Until pages are shown and requests filed again where PostgreSQL's leader is among what is lost."""
REFUSED_SECONDS = 6
# Twenty requests a second of people who try one address after the other, as far as they are answered.
PEOPLE, PAUSE, LIMITS = 6, 0.25, (2.0, 10.0)


@contextmanager
def lost(portal: Stack, victim: Machine, what: str, within: float) -> Generator[None]:
    """The machine is lost at the beginning of this block, and all is whole at its end. Pages of the others are refused, by a 503 within
    six seconds, and no request is acknowledged, for so many seconds at most; what `busy` promises holds."""
    watch = portal.watch(*(one for one in portal.machines if one is not victim))
    with busy(portal, loses=victim) as load, watch.watching():
        until(lambda: len(watch.answers) > 10, "pages before")
        began = time.monotonic()
        yield
    last = max((one.at + one.seconds - began for one in watch.wrong), default=0.0)
    gap = longest_gap(load)
    say(
        f"{what}: {len(watch.answers)} pages, {len(watch.wrong)} refused, the last after {last:.1f} s, slowest {watch.slowest:.1f} s; "
        f"no request acknowledged for {gap:.1f} s at most"
    )
    assert {one.status for one in watch.wrong} <= {503}
    assert watch.slowest < REFUSED_SECONDS
    assert last < within
    assert gap < within


@contextmanager
def successes_only(portal: Stack, what: str) -> Generator[None]:
    """In this block every page is shown, and every request filed, some when they are asked again under their key."""
    before, watch = requests_filed(portal), portal.watch()
    with Crowd(portal, PEOPLE, PAUSE, LIMITS).filing(20) as crowd:
        with watch.watching():
            yield
        crowd.until(20)
    say(
        f"{what}: {len(watch.answers)} answers, {len(watch.wrong)} of them no page; {len(crowd.receipts)} requests acknowledged, "
        f"{crowd.again} asked again: {dict(crowd.refusals)}"
    )
    assert not watch.wrong
    assert set(crowd.refusals) <= {0, 503}
    assert requests_filed(portal) - before == len(crowd.receipts)


def requests_filed(portal: Stack) -> int:
    return int(portal.sql("SELECT count(*) FROM events WHERE type = 'RequestSubmitted'", "requests"))
