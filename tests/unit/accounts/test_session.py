from datetime import UTC, datetime, timedelta

from services.accounts.sessions.rules import ends_at, idle_ends_at, is_over

NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_a_citizen_s_session_lasts_twelve_hours_at_most_an_agent_s_eight() -> None:
    assert ends_at("citizen", NINE) == NINE + timedelta(hours=12)
    assert ends_at("agent", NINE) == NINE + timedelta(hours=8)


def test_a_session_ends_at_its_idle_time_and_never_after_its_last_moment() -> None:
    last = NINE + timedelta(hours=12)
    assert not is_over(NINE, last, 20, NINE + timedelta(minutes=21, seconds=59))
    assert is_over(NINE, last, 20, NINE + timedelta(minutes=22))
    assert idle_ends_at(last - timedelta(minutes=1), last, 20) == last
    assert is_over(last - timedelta(seconds=1), last, 20, last)
