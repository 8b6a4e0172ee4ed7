"""What a probe is told: the gateway is ready exactly while a service answers it."""

import pytest

from services.chassis.errors import Unavailable
from tests.support.judge import Client
from tests.support.stubs import Stubs

PUBLISHED = "procedures.published"


@pytest.mark.parametrize("reason", ["broker", "timeout"])
def test_a_gateway_that_nobody_answers_is_not_ready_whatever_it_remembers(
    client: Client, services: Stubs, reason: str
) -> None:
    services[PUBLISHED] = {"procedures": {}, "agendas": {}, "town": 1}
    assert client.get("/readyz").status_code == 200
    services[PUBLISHED] = Unavailable(details={"method": PUBLISHED, "reason": reason})
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_gateway_whose_services_wait_for_their_database_still_has_something_to_say(
    client: Client, services: Stubs
) -> None:
    services[PUBLISHED] = Unavailable()
    assert client.get("/readyz").status_code == 200
