"""What gateways follow by queues of their own is marked so where it is declared: else it would not be published for them alone."""

from gateway.sessions.session_ends import CHANGES_A_LIST
from services.accounts.schemas.facts import SessionEnded
from services.chassis.bus.subscribers import followed_of
from services.chassis.service_list import service_names


def test_exactly_what_gateways_follow_is_marked_as_followed() -> None:
    followed = {source: names for source in service_names() if (names := followed_of(source))}

    assert followed == {
        "accounts": [SessionEnded.__name__],
        "requests": sorted(fact.__name__ for fact in CHANGES_A_LIST),
    }
