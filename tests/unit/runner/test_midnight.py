"""A test that would run over the town's midnight begins after it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.midnight import JOURNEY, SHORT, wait_before


@pytest.mark.parametrize(
    ("now", "needed", "waits"),
    [
        (datetime(2026, 11, 28, 22, 59, 55, tzinfo=UTC), SHORT, 5),
        (datetime(2026, 11, 28, 22, 59, 45, tzinfo=UTC), SHORT, 0),
        (datetime(2026, 11, 28, 22, 59, 45, tzinfo=UTC), JOURNEY, 15),
        (datetime(2026, 11, 28, 23, 0, 0, tzinfo=UTC), JOURNEY, 0),
        (datetime(2026, 11, 28, 23, 59, 59, tzinfo=UTC), JOURNEY, 0),  # midnight of UTC only
        (datetime(2027, 7, 14, 21, 59, 59, tzinfo=UTC), SHORT, 1),
        (datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC), JOURNEY, 0),  # the hour that is left out
    ],
)
def test_a_run_near_midnight_waits_for_the_next_day_of_the_town(now: datetime, needed: timedelta, waits: int) -> None:
    assert wait_before(now, needed) == timedelta(seconds=waits)
