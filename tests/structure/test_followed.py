"""What gateways follow by queues of their own is marked so where it is declared: else it would not be published for them alone."""

from gateway.sessions.followed_events import CHANGES_A_LIST, CHANGES_WHAT_IS_KEPT
from services.accounts.schemas.facts import SessionEnded
from services.chassis.bus.subscribers import followed_of
from services.chassis.service_list import service_names


def test_exactly_what_gateways_follow_is_marked_as_followed() -> None:
    followed = {source: names for source in service_names() if (names := followed_of(source))}

    kept = CHANGES_WHAT_IS_KEPT
    by_service = {**kept, "accounts": [SessionEnded], "requests": [*kept["requests"], *CHANGES_A_LIST]}
    assert followed == {service: sorted(fact.__name__ for fact in facts) for service, facts in by_service.items()}
