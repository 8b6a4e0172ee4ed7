"""Is the town hall open now? Its own hours, holidays and exceptions, on the clock on its wall."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis.contracts import from_json
from services.procedures.schemas.definitions.towns import TownFile
from services.procedures.town.opening_hours import hours_of, open_now
from services.townhall.town_time import TOWN_TIME, Weekday


@pytest.fixture
def hours(town: dict[str, Any]) -> TownFile:
    return from_json(TownFile, town["town"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOWN_TIME).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-24T08:29", False),
        ("2026-11-24T08:30", True),
        ("2026-11-24T11:59", True),
        ("2026-11-24T12:00", False),
        ("2026-11-25T12:30", True),
        ("2026-11-29T10:00", False),
    ],
)
def test_the_town_hall_opens_and_closes_at_the_minute(hours: TownFile, moment: str, is_open: bool) -> None:
    assert open_now(hours, at(moment)).open is is_open


def test_an_open_town_hall_shows_its_closing_and_a_closed_one_its_opening(hours: TownFile) -> None:
    assert open_now(hours, at("2026-11-24T10:20")).until == at("2026-11-24T12:00")
    state = open_now(hours, at("2026-11-28T13:00"))
    assert state.next is not None
    assert (state.next.start, state.next.end) == (at("2026-11-30T08:30"), at("2026-11-30T12:00"))
    touching = {**hours.opening_hours.weekly, Weekday.TUESDAY: ("08:00-12:00", "12:00-14:00")}
    changed = replace(hours, opening_hours=replace(hours.opening_hours, weekly=touching))
    assert open_now(changed, at("2026-11-24T10:00")).until == at("2026-11-24T14:00")
    changed = replace(hours, opening_hours=replace(hours.opening_hours, weekly={}, exceptions=()))
    assert open_now(changed, at("2026-11-24T10:00")).next is None


def test_the_end_of_the_year_closes_early_then_for_the_holiday(hours: TownFile) -> None:
    assert hours_of(hours, date(2026, 12, 24)).reason == "Veille de Noël"
    state = open_now(hours, at("2026-12-24T14:00"))
    assert state.next is not None
    assert state.next.start == at("2026-12-28T08:30")


def test_holidays_school_holidays_and_summer_change_the_hours(hours: TownFile) -> None:
    day = hours_of(hours, date(2027, 5, 6))
    assert (day.ranges, day.reason) == ((), "Ascension")
    assert hours_of(hours, date(2026, 12, 12)).ranges == ("09:00-12:00",)
    assert hours_of(hours, date(2026, 12, 19)).ranges == ()
    assert hours_of(hours, date(2027, 7, 8)).ranges == ("13:30-17:30",)
    assert hours_of(hours, date(2027, 7, 9)).ranges == ("08:30-12:00", "13:30-16:30")


@pytest.mark.parametrize(("moment", "utc"), [("2027-03-26T08:30", 7), ("2027-03-30T08:30", 6), ("2026-10-26T08:30", 7)])
def test_hours_follow_the_clock_on_the_wall_across_clock_changes(hours: TownFile, moment: str, utc: int) -> None:
    assert at(moment).hour == utc
    assert open_now(hours, at(moment)).open
