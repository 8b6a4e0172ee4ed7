"""A machine dies with all that runs on it, PostgreSQL's leader too: the others answer, its tasks move, and it may come back."""

import time

from tests.compose.test_faults import Crowd
from tests.support.people import eventually
from tests.swarm.conftest import say
from tests.swarm.stacked import DATABASES, MEMBERS, Stack, Watch

ANSWERS_SECONDS = 45
REFUSED_SECONDS = 6
WATCHED_SECONDS = 75


def test_answers_go_on_when_a_machine_dies_and_its_tasks_move(portal: Stack) -> None:
    victim = next(one for one in portal.machines if one.address == portal.manager.address)
    others = [one for one in portal.machines if one is not victim]
    leads = DATABASES[portal.machines.index(victim)]
    if portal.leader() != leads:
        portal.inside(leads, "member", "patronictl", "switchover", "parvis", "--candidate", leads, "--force")
        eventually(lambda: portal.leader() == leads, "PostgreSQL's leader is on that machine")
    watch = Watch(others, str(portal.home / "secrets" / "certificate.pem"))
    crowd = Crowd(portal).start(5)
    with watch.watching():
        began = time.monotonic()
        victim.die()
        eventually(lambda: time.monotonic() - began > WATCHED_SECONDS, "what is watched")
    portal.until_whole(without=victim.name)
    moved = time.monotonic() - began
    crowd.until(5)
    crowd.stop()

    wrong = [one for one in watch.answers if one.status != 200]
    last = max((one.at + one.seconds - began for one in wrong), default=0.0)
    slowest = max(one.seconds for one in watch.answers)
    say(
        f"{len(watch.answers)} answers, {len(wrong)} of them no page, the last {last:.1f} s after the death, slowest {slowest:.1f} s; "
        f"all tasks moved after {moved:.0f} s; {len(crowd.receipts)} requests acknowledged, {crowd.again} asked again"
    )
    assert {one.status for one in wrong} <= {503}
    assert last < ANSWERS_SECONDS
    assert slowest < REFUSED_SECONDS
    assert len({receipt["number"] for receipt in crowd.receipts.values()}) == len(crowd.receipts)


def test_a_machine_that_comes_back_answers_again_at_its_address(portal: Stack) -> None:
    [victim] = [one for one in portal.machines if one.run("version").returncode != 0]
    began = time.monotonic()

    victim.start()

    names = sorted(one.name for one in portal.machines)
    eventually(lambda: sorted(node for _, node in portal.tasks("proxy")) == names, "a proxy on each machine")
    watch = Watch([victim], str(portal.home / "secrets" / "certificate.pem"))
    with watch.watching():
        eventually(lambda: [one for one in watch.answers if one.status == 200], "an answer at its address")
    say(f"back after {time.monotonic() - began:.0f} s")
    eventually(lambda: all(portal.tasks(name) for name in MEMBERS), "each member")
    portal.must("deploy/swarm/stack")
    portal.must("docker service update -q --detach=false --force parvis_gateway")
    assert len({node for _, node in portal.tasks("gateway")}) == 2
