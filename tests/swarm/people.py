"""People at the portal while something happens to it: those who look at a page of each machine, and those who file by whichever answers."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from services.chassis.service_list import service_names
from tests.compose.test_faults import Crowd
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


@dataclass
class Fault:
    """What pages and filings met while a machine was lost. `watch` asks the other machines; `crowd` tries all three."""

    portal: Stack
    watch: Watch
    crowd: Crowd
    filed_before: int
    began: float

    @property
    def last_without_page(self) -> float:
        """Until when, in seconds after the beginning, a page was refused."""
        return max((one.at + one.seconds - self.began for one in self.watch.wrong), default=0.0)

    def judge(self, what: str, within: float) -> None:
        """All go on within so many seconds; what is acknowledged is filed, once, and nothing else; every chain holds, no message failed."""
        crowd, filed = self.crowd, requests_filed(self.portal) - self.filed_before
        gap = longest_gap(crowd.acknowledged_at)
        say(
            f"{what}: {len(self.watch.answers)} answers, {len(self.watch.wrong)} of them no page, the last after {self.last_without_page:.1f} s, "
            f"slowest {self.watch.slowest:.1f} s; {len(crowd.receipts)} requests acknowledged, none for {gap:.1f} s at most, "
            f"{crowd.again} asked again: {dict(crowd.refusals)}"
        )
        assert {one.status for one in self.watch.wrong} <= {503}
        assert self.watch.slowest < REFUSED_SECONDS
        assert self.last_without_page < within
        assert gap < within
        assert len({receipt["number"] for receipt in crowd.receipts.values()}) == len(crowd.receipts) == filed
        assert self.portal.must("deploy/swarm/parvis verify").count("tout est intact") == len(service_names())
        assert "Aucun message en échec" in self.portal.must("deploy/swarm/parvis dead-letters list")


@contextmanager
def asked(portal: Stack, victim: Machine) -> Generator[Fault]:
    """Pages and filings while the machine is lost in this block, and until all answers again."""
    before = requests_filed(portal)
    watch = portal.watch(*(one for one in portal.machines if one is not victim))
    with Crowd(portal, PEOPLE, PAUSE, LIMITS).filing(20) as crowd, watch.watching():
        until(lambda: len(watch.answers) > 10, "pages before")
        fault = Fault(portal, watch, crowd, before, time.monotonic())
        yield fault
        crowd.until(20)


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
