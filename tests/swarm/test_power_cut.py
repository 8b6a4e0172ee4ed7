"""All machines lose their power at once, and come back."""

import pytest

from tests.compose.test_faults import SLUG
from tests.support.people import visitor
from tests.swarm.conftest import say, written
from tests.swarm.machines import answering
from tests.swarm.members import until
from tests.swarm.people import BACK_SECONDS, checked
from tests.swarm.stacked import OURS, Stack
from tests.swarm.test_machine_dies import all_back


@pytest.mark.release
def test_after_a_power_cut_of_all_machines_the_portal_is_back_by_itself(portal: Stack) -> None:
    """What waits for its stores was started beside them, and nothing orders them: no command is typed. What was acknowledged is there.
    Then all services are started anew, one after the other, as the page says."""
    author = visitor(portal)
    number = author.file(SLUG)["number"]
    for machine in portal.machines:
        machine.die()
    for machine in portal.machines:
        machine.start()
    answering(portal.machines)
    watch = portal.watch()
    with watch.watching():
        seconds = until(
            lambda: (
                {one.address for one in watch.answers if one.status == 200} == {one.address for one in portal.machines}
            ),
            "an answer at each address",
            BACK_SECONDS,
        )
    say(f"after a power cut pages are shown at each address in {seconds:.0f} s")
    portal.until_whole()
    all_back(portal)
    checked(portal)
    before = {name: portal.tasks(name) for name in OURS}
    [rebalance] = written("Quand une machine meurt")
    for command in rebalance:
        portal.must(command)

    for name in OURS:
        anew = portal.tasks(name)
        assert not {*before[name]} & {*anew}
        assert len({machine for _, machine in anew}) == 2
    author.session.close()  # its connection is one to a proxy that ended
    assert author.request(number)["number"] == number
    assert visitor(portal).file(SLUG)["number"] != number
