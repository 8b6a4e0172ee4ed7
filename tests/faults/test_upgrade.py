"""The previous release beside this one, under load: upgraded service by service, the gateway last, and rolled back, unnoticed."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.faults import invariants
from tests.faults.deployment import SERVICES
from tests.faults.journeys import Journeys
from tests.faults.load import Load
from tests.faults.releases import TwoReleases
from tests.servers import look

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

RATE = {"gate": 8, "release": 30}
CLIENTS = {"gate": 8, "release": 16}
AGAIN = {"gate": False, "release": True}  # whether this release takes the place of the other a second time
CONFLICT = 409
UNDERSTOOD = {200, 201, 204, 303, CONFLICT, 429}  # 429: all clients log in as one citizen
NEVER = {"command_reused", "command_of_another"}


def test_an_upgrade_and_a_roll_back_under_load_lose_nothing(
    two_releases: TwoReleases, faults: str, figures: Callable[[str], None]
) -> None:
    deployment = two_releases
    load = Load(deployment, clients=CLIENTS[faults], rate=RATE[faults])
    with load:
        journeys = Journeys(load)
        deployment.migrate()
        deployment.upgrade(*SERVICES, "relay", "gateway")
        journeys.end()

        journeys = Journeys(load)
        deployment.migrate_with_the_previous()
        deployment.roll_back("gateway", "relay", *SERVICES)
        journeys.end()

        if AGAIN[faults]:
            journeys = Journeys(load)
            deployment.upgrade(*SERVICES, "relay", "gateway")
            journeys.end()
    drained = look.drained(deployment)
    figures(f"{load.summary()}, drained in {drained:.1f} s")
    every_answer_was_understood(load)
    invariants.hold(deployment, load, cuts=0)


def every_answer_was_understood(load: Load) -> None:
    """No answer was missing or a 503: while one process ends, the other of its name works. Refused is only what is
    gone: a place, a slot, the last file that may be added, a version that is not the present one."""
    statuses = Counter(one.status for one in load.tries())
    turned = [deed for deed in load.deeds if not {one.status for one in deed.tries} <= UNDERSTOOD]
    assert not turned, f"{statuses}: {turned[:5]}"
    refused = [deed for deed in load.deeds if deed.status == CONFLICT and deed.answer.get("code") in NEVER]
    assert not refused, f"{len(refused)} asked again and were not known: {refused[:5]}"
