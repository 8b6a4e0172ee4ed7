"""People at the portal while something happens to it: those who look at a page of each machine, and those who do all that people do."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from tests.swarm.busy import busy, moments
from tests.swarm.conftest import say
from tests.swarm.machines import Machine
from tests.swarm.members import until
from tests.swarm.stacked import Stack, Watch, longest_gap

ANSWERS_SECONDS = 15
ANSWERS_WITHOUT_LEADER_SECONDS = 45
"""Until pages are shown and requests filed again where PostgreSQL's leader is among what is lost."""
REFUSED_SECONDS = 6
BACK_SECONDS = 240
RARE = 20
"""One of so many requests may be answered 503 while a service is replaced."""
NO_ANSWER = (None, 503)


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
    """In this block every page is shown, and all that people do succeeds, some of it when it is asked again; `busy` holds."""
    watch = portal.watch()
    with busy(portal) as load, watch.watching():
        until(lambda: len(watch.answers) > 10, "pages before")
        yield
    again = Counter(f"{deed.kind} {one.status}" for deed in load.deeds for one in deed.tries if one.status in NO_ANSWER)
    say(
        f"{what}: {len(watch.answers)} pages, {len(watch.wrong)} refused, slowest {watch.slowest:.1f} s; asked again: {dict(again)}"
    )
    assert not watch.wrong
    assert watch.slowest < REFUSED_SECONDS
    assert again.total() < len(load.tries()) / RARE, f"{again.total()} of {len(load.tries())} were asked again: {again}"
    given_up = [deed for deed in load.deeds if deed.status in NO_ANSWER]
    assert not given_up, f"{len(given_up)} did not succeed: {given_up[:3]}"


def checked(portal: Stack) -> None:
    """Returns once the stack's own checks find each cluster whole; what they said before that is shown."""

    def ends_well() -> bool:
        done = portal.run("deploy/swarm/stack")
        if done.returncode != 0:
            say(f"not whole yet: {done.stderr[-500:]}")
        return done.returncode == 0

    until(ends_well, "each check of the stack to end well", BACK_SECONDS)
