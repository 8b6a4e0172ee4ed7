"""Which week of a calendar is meant."""

from datetime import date

import pytest

from services.requests.appointments.views import read
from services.requests.refusals import WeekUnknown


@pytest.mark.parametrize("week", ["2026-W49", "2026-11-30"])
def test_a_week_is_meant_by_its_name_or_by_a_day(week: str) -> None:
    assert read(week) == date(2026, 11, 30)


@pytest.mark.parametrize("week", ["9999-12-31", "0001-01-01", "9999-W52", "0001-W01", "2026-W60", "2026-13-01", "zz"])
def test_a_week_outside_the_calendar_is_refused(week: str) -> None:
    with pytest.raises(WeekUnknown):
        read(week)
