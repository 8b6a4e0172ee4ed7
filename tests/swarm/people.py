"""People at the portal while something happens to it: those who look at a page of each machine, and those who file by whichever answers."""

from collections.abc import Generator
from contextlib import contextmanager

from tests.compose.test_faults import Crowd
from tests.swarm.busy import busy, moments
from tests.swarm.conftest import say
from tests.swarm.machines import Machine
from tests.swarm.members import until
from tests.swarm.stacked import Stack, Watch, longest_gap

ANSWERS_SECONDS = 15
ANSWERS_WITHOUT_LEADER_SECONDS = 45
"""Until pages are shown and requests filed again where PostgreSQL's leader is among what is lost."""
REFUSED_SECONDS = 6
# Twenty requests a second of people who try one address after the other, as far as they are answered.
PEOPLE, PAUSE, LIMITS = 6, 0.25, (2.0, 10.0)


@contextmanager
def lost(portal: Stack, victim: Machine, what: str, within: float) -> Generator[None]:
    """The machine is lost at the beginning of this block, and all is whole at its end. At the addresses of the others a page is refused by a
    503 within six seconds, and none is shown for so many seconds at most; so are requests acknowledged, and `busy` holds."""
    others = [one for one in portal.machines if one is not victim]
    watch = portal.watch(*others)
    with busy(portal, loses=victim) as load, watch.watching():
        until(lambda: len(watch.answers) > 10, "pages before")
        yield
    gap = max(longest_gap(_shown(watch, one)) for one in others)
    filings = longest_gap(moments(load))
    say(
        f"{what}: {len(watch.answers)} pages asked for, {len(watch.wrong)} refused, none shown for {gap:.1f} s at most, slowest {watch.slowest:.1f} s; "
        f"no request acknowledged for {filings:.1f} s at most"
    )
    assert {one.status for one in watch.wrong} <= {503}
    assert watch.slowest < REFUSED_SECONDS
    assert gap < within
    assert filings < within


def _shown(watch: Watch, machine: Machine) -> list[float]:
    """When the first page was asked for at its address, when each was shown, and when the last was asked for."""
    asked = [one for one in watch.answers if one.address == machine.address]
    return [asked[0].at, *(one.at + one.seconds for one in asked if one.status == 200), asked[-1].at]


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
