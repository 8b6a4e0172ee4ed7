from datetime import UTC, datetime, timedelta

from services.accounts.sessions.rules import ends_at

NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_a_citizen_s_session_lasts_twelve_hours_at_most_an_agent_s_eight() -> None:
    assert ends_at("citizen", NINE) == NINE + timedelta(hours=12)
    assert ends_at("agent", NINE) == NINE + timedelta(hours=8)
