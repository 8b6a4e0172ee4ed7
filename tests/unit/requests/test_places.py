"""What a place is for, in days of the town."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.requests.capacity import places
from services.requests.schemas.quotas import Place
from tests.unit.requests.test_answers import PROCEDURES

SUNDAY_NIGHT = datetime(2026, 11, 29, 22, 59, tzinfo=UTC)
MONDAY = datetime(2026, 11, 29, 23, tzinfo=UTC)


def place_of(slug: str, at: datetime) -> Place:
    found = places.of_filing(PROCEDURES[slug], at)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("filed_at", "day"), [(SUNDAY_NIGHT, "2026-12-03"), (MONDAY, "2026-12-10")], ids=["sunday", "monday"]
)
def test_a_request_filed_up_to_sunday_is_collected_on_the_next_thursday(filed_at: datetime, day: str) -> None:
    assert place_of("enlevement-encombrants", filed_at).on == day


@pytest.mark.parametrize(
    ("monday", "following"),
    [
        (datetime(2026, 11, 29, 23, tzinfo=UTC), "2026-11-30"),
        (datetime(2026, 10, 25, 23, tzinfo=UTC), "2026-10-26"),  # an hour longer, the week that ends
        (datetime(2027, 3, 28, 22, tzinfo=UTC), "2027-03-29"),  # an hour shorter
    ],
)
def test_the_week_that_counts_a_place_is_the_towns_also_where_the_clocks_change(
    monday: datetime, following: str
) -> None:
    before, after = (place_of("enlevement-encombrants", at) for at in (monday - timedelta(seconds=1), monday))

    assert (before.first, before.last) == tuple(
        (date.fromisoformat(following) - timedelta(days=ago)).isoformat() for ago in (7, 1)
    )
    assert after.first == following


def test_a_place_of_a_semester_has_no_day_and_without_quota_none_is_taken() -> None:
    place = place_of("demande-composteur", MONDAY)

    assert (place.first, place.last, place.on) == ("2026-07-01", "2026-12-31", None)
    assert places.of_filing(PROCEDURES["signalement-voirie"], MONDAY) is None
