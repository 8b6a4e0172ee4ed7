"""A machine dies with all that runs on it, PostgreSQL's leader too: the others answer, its tasks move, and it may come back."""

import time

from tests.compose.test_faults import Crowd
from tests.swarm.conftest import say
from tests.swarm.members import WHOLE, until
from tests.swarm.stacked import DATABASES, MEMBERS, Stack

PAGES_SECONDS = 15
FILED_SECONDS = 45  # PostgreSQL's leader dies too
REFUSED_SECONDS = 6
WATCHED_SECONDS = 75
BACK_SECONDS = 240


def test_answers_go_on_when_a_machine_dies_and_its_tasks_move(portal: Stack) -> None:
    victim = next(one for one in portal.machines if one.address == portal.manager.address)
    others = [one for one in portal.machines if one is not victim]
    leads = DATABASES[portal.machines.index(victim)]
    if portal.roles().get(leads) != "Leader":
        portal.inside(leads, "member", "patronictl", "switchover", "parvis", "--candidate", leads, "--force")
    # Before both others may lead, a leader that dies has no successor.
    until(
        lambda: (roles := portal.roles()).get(leads) == "Leader" and sorted(roles.values()) == WHOLE,
        "a whole PostgreSQL",
    )
    watch = portal.watch(*others)
    crowd = Crowd(portal).start(5)
    with watch.watching():
        began = time.monotonic()
        victim.die()
        filed = len(crowd.receipts)
        until(lambda: len(crowd.receipts) > filed + 3, "requests that are filed")
        again = time.monotonic() - began
        until(lambda: time.monotonic() - began > WATCHED_SECONDS, "the end of the watch")
    portal.until_whole(without=victim.name)
    moved = time.monotonic() - began
    crowd.until(5)
    crowd.stop()

    last = max((one.at + one.seconds - began for one in watch.wrong), default=0.0)
    say(
        f"{len(watch.answers)} answers, {len(watch.wrong)} of them no page, the last {last:.1f} s after the death, slowest {watch.slowest:.1f} s; "
        f"filed again after {again:.1f} s, all tasks moved after {moved:.0f} s; {len(crowd.receipts)} requests acknowledged, {crowd.again} asked again"
    )
    assert {one.status for one in watch.wrong} <= {503}
    assert last < PAGES_SECONDS
    assert again < FILED_SECONDS
    assert watch.slowest < REFUSED_SECONDS
    assert len({receipt["number"] for receipt in crowd.receipts.values()}) == len(crowd.receipts)


def test_a_machine_that_comes_back_answers_again_at_its_address(portal: Stack) -> None:
    [victim] = [one for one in portal.machines if one.run("version").returncode != 0]
    began = time.monotonic()

    victim.start()

    names = sorted(one.name for one in portal.machines)
    until(lambda: sorted(node for _, node in portal.tasks("proxy")) == names, "a proxy on each machine", BACK_SECONDS)
    watch = portal.watch(victim)
    with watch.watching():
        until(lambda: [one for one in watch.answers if one.status == 200], "an answer at its address", BACK_SECONDS)
    say(f"back after {time.monotonic() - began:.0f} s")
    until(lambda: all(portal.tasks(name) for name in MEMBERS), "each member", BACK_SECONDS)
    until(lambda: sorted(portal.roles().values()) == WHOLE, "a whole PostgreSQL", BACK_SECONDS)
    portal.must("deploy/swarm/stack")
    portal.must("docker service update -q --detach=false --force parvis_gateway")
    assert len({node for _, node in portal.tasks("gateway")}) == 2
