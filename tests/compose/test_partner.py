"""A partner outside receives events through the port that the operator opened: the very test of tests/e2e, over TLS."""

import pytest

from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from tests.e2e.test_partner import (
    address,
    partner,
    partner_at,
    rented,
    test_a_partner_receives_events_in_order_and_again_after_a_restart as test_a_partner_receives_a_request_over_tls,
)

pytestmark = pytest.mark.usefixtures("doubled")

__all__ = ["address", "partner", "partner_at", "rented", "test_a_partner_receives_a_request_over_tls"]


def test_our_own_connection_refuses_a_broker_with_an_untrusted_certificate(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = BrokerConnection(address)
    trusted.open()
    trusted.shut()

    with pytest.raises(BrokerDown):
        BrokerConnection(address.replace("localhost", "127.0.0.1")).open()
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(BrokerDown):
        BrokerConnection(address).open()
