"""Days, periods and the effect of silence."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.procedures.schemas.definitions.procedures import Period
from services.requests.definitions import days
from services.requests.request import deadlines
from services.requests.schemas.facts import ImplicitDecision
from services.townhall.town_time import local_day, resolved_day
from tests.support import published


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-25", 0, "2026-11-25"),
        ("2026-11-28", 0, "2026-11-30"),
        ("2026-11-25", 5, "2026-12-02"),
        ("2026-12-24", 1, "2026-12-28"),
        ("2027-05-05", 2, "2027-05-10"),
    ],
)
def test_working_days_pass_over_week_ends_and_holidays(start: str, count: int, end: str) -> None:
    assert days.working_days_after(date.fromisoformat(start), count) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-11-25", 2, "2027-01-25"), ("2026-12-31", 2, "2027-02-28"), ("2027-12-31", 2, "2028-02-29")],
)
def test_months_run_from_date_to_date(start: str, months: int, end: str) -> None:
    assert days.months_after(date.fromisoformat(start), months) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("bound", "day"),
    [
        ("D", "2026-11-25"),
        ("D-12", "2026-11-13"),
        ("D+30", "2026-12-25"),
        ("D-16y", "2010-11-25"),
        ("2027-01-02", "2027-01-02"),
    ],
)
def test_relative_bounds_are_counted_from_today(bound: str, day: str) -> None:
    assert resolved_day(bound, date(2026, 11, 25)) == date.fromisoformat(day)


def test_silence_may_depend_on_an_answer_or_mean_nothing() -> None:
    silence = {
        "effect": "acceptance",
        "months": 1,
        "exceptions": [{"when": {"field": "secteur_protege", "equals": True}, "months": 2}],
    }
    definition = published.procedure("location-salle", silence=silence)
    unsaid = published.procedure("location-salle", silence={"effect": "none"})

    ordinary = deadlines.implicit_decision(definition, {}, date(2026, 11, 25))
    protected = deadlines.implicit_decision(definition, {"secteur_protege": True}, date(2026, 11, 25))

    assert ordinary == ImplicitDecision(effect="acceptance", at=date(2026, 12, 25))
    assert protected == ImplicitDecision(effect="acceptance", at=date(2027, 1, 25))
    assert deadlines.implicit_decision(unsaid, {}, date(2026, 11, 25)) is None


@pytest.mark.parametrize(
    ("period", "last", "key", "following"),
    [
        ("day", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "2026-10-25", "2026-10-26"),
        ("week", datetime(2027, 3, 28, 21, 59, tzinfo=UTC), "2027-W12", "2027-W13"),
        ("week", datetime(2027, 1, 3, 22, 59, tzinfo=UTC), "2026-W53", "2027-W01"),
        ("month", datetime(2026, 11, 30, 22, 59, tzinfo=UTC), "2026-11", "2026-12"),
        ("month", datetime(2026, 10, 31, 22, 59, tzinfo=UTC), "2026-10", "2026-11"),
        ("quarter", datetime(2027, 3, 31, 21, 59, tzinfo=UTC), "2027-Q1", "2027-Q2"),
        ("semester", datetime(2027, 6, 30, 21, 59, tzinfo=UTC), "2027-S1", "2027-S2"),
        ("year", datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "2026", "2027"),
    ],
)
def test_a_period_lasts_until_midnight_in_the_town_whatever_the_clock_does(
    period: str, last: datetime, key: str, following: str
) -> None:
    reopens = last + timedelta(minutes=1)

    assert days.period_key(Period(period), last) == key
    assert days.period_ends(Period(period), last) == reopens
    assert days.period_key(Period(period), reopens) == following
    assert days.period_ends(Period(period), reopens) > reopens


@pytest.mark.parametrize(
    ("filed", "target"),
    [
        (datetime(2026, 11, 27, 22, 59, tzinfo=UTC), "2026-11-30"),  # a Friday, a minute to midnight
        (datetime(2026, 11, 27, 23, 0, tzinfo=UTC), "2026-11-30"),
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), "2026-12-01"),
        (datetime(2026, 11, 30, 23, 0, tzinfo=UTC), "2026-12-02"),
    ],
)
def test_a_delay_runs_from_the_day_in_the_town(filed: datetime, target: str) -> None:
    assert days.working_days_after(local_day(filed), 1) == date.fromisoformat(target)


@pytest.mark.parametrize(("today", "by"), [("2026-11-30", "2026-12-30"), ("2026-12-02", "2027-01-04")])
def test_the_day_proposed_for_missing_pieces_is_a_working_day(today: str, by: str) -> None:
    assert deadlines.documents_by(date.fromisoformat(today), published.town_read()) == date.fromisoformat(by)
