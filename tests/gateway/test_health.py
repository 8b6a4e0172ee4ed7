"""What a probe reads: the gateway is ready exactly while a service answers it."""

import pytest

from services.chassis.errors import Unavailable
from tests.support.judge import Client
from tests.support.stubs import Stubs

PUBLISHED = "procedures.published"


@pytest.mark.parametrize("reason", ["broker", "timeout"])
def test_a_gateway_without_an_answering_service_is_not_ready(client: Client, services: Stubs, reason: str) -> None:
    services[PUBLISHED] = {"procedures": {}, "agendas": {}, "town": 1}
    assert client.get("/readyz").status_code == 200
    services[PUBLISHED] = Unavailable(details={"method": PUBLISHED, "reason": reason})
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_gateway_is_ready_while_its_services_wait_for_their_database(client: Client, services: Stubs) -> None:
    services[PUBLISHED] = Unavailable()
    assert client.get("/readyz").status_code == 200
