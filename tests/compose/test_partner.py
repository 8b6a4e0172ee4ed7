"""A partner outside hears what happens, through the door that the operator opened: the very test of tests/e2e, over TLS."""

from tests.e2e.test_partner import (
    address,
    partner,
    rented,
)
from tests.e2e.test_partner import (
    test_a_partner_hears_a_request_in_order_and_again_after_a_restart as test_a_partner_hears_a_request_over_tls,
)

__all__ = ["address", "partner", "rented", "test_a_partner_hears_a_request_over_tls"]
