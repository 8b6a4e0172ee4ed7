"""Nothing is lost while people do all kinds of deeds and nothing happens: what the tests of deaths and upgrades see besides."""

from tests.swarm.busy import busy
from tests.swarm.stacked import Stack


def test_all_invariants_hold_after_people_were_busy_on_three_machines(portal: Stack) -> None:
    with busy(portal) as load:
        load.wait_until_served(280)
