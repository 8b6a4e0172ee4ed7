"""The town's day turns at midnight in Paris, in winter and in summer, on days of 23 and of 25 hours too."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.townhall.town_time import local_day, start_of_day


@pytest.mark.parametrize(
    ("last_minute", "day"),
    [
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2027, 6, 30, 21, 59, tzinfo=UTC), date(2027, 6, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), date(2027, 3, 28)),
    ],
)
def test_a_minute_to_midnight_is_still_the_day(last_minute: datetime, day: date) -> None:
    midnight = last_minute + timedelta(minutes=1)

    assert local_day(last_minute) == day
    assert local_day(midnight) == day + timedelta(days=1)
    assert start_of_day(day + timedelta(days=1)) == midnight


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 3, 28), 23), (date(2026, 10, 25), 25), (date(2026, 11, 30), 24)]
)
def test_a_day_has_the_hours_that_the_clock_gives_it(day: date, hours: int) -> None:
    assert start_of_day(day + timedelta(days=1)) - start_of_day(day) == timedelta(hours=hours)
