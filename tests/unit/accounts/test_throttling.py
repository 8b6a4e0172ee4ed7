from datetime import UTC, datetime, timedelta

import pytest

from services.accounts.throttling.rules import Allowance, TryLater

FIVE_FREE = Allowance(free=5, first_delay_seconds=15, longest_seconds=900, forgotten_after_seconds=3600)


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 0), (4, 0), (5, 15), (6, 30), (7, 60), (10, 480), (11, 900), (10_000, 900)]
)
def test_the_delay_grows_from_the_fifth_try_and_stays_bounded(tries: int, seconds: int) -> None:
    assert FIVE_FREE.delay_after(tries) == timedelta(seconds=seconds)


def test_the_multiplier_stretches_the_free_tries() -> None:
    assert FIVE_FREE.delay_after(499, multiplier=100) == timedelta(0)


def test_the_wait_is_given_in_whole_seconds_and_is_never_zero() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert TryLater.until(now + timedelta(seconds=42), now).details == {"retry_after_seconds": 42}
    assert "dans 42\u00a0secondes, à partir de" in TryLater.until(now + timedelta(seconds=42), now).message
    assert TryLater.until(now, now).details == {"retry_after_seconds": 1}
