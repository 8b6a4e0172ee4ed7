"""When an agenda can be booked."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from services.procedures.schemas.definitions.agendas import Agenda, BookingWindow, Span
from services.requests.capacity import slots
from services.townhall.town_time import TOWN_TIME, Weekday
from tests.support import published

AGENDAS = {
    slug: published.agenda_read(slug) for slug in (one["slug"] for one in published.files()["agendas"]["agendas"])
}
TITLES = AGENDAS["titres-identite"]


def wall(agenda: Agenda, day: str) -> list[str]:
    return [
        slot.start.astimezone(TOWN_TIME).strftime("%H:%M") for slot in slots.slots_on(agenda, date.fromisoformat(day))
    ]


def test_a_slot_fits_whole_into_an_opening() -> None:
    thursday = wall(TITLES, "2026-11-26")

    assert (thursday[0], thursday[-1], len(thursday)) == ("14:00", "18:20", 14)


@pytest.mark.parametrize(
    ("agenda", "day", "reason"),
    [
        ("titres-identite", "2026-11-29", "Fermé"),
        ("titres-identite", "2026-11-11", "Jour férié"),
        ("titres-identite", "2026-12-25", "Fermeture de fin d’année"),
        ("titres-identite", "2027-01-02", "Fermé pendant les vacances scolaires"),
        ("salles", "2027-02-26", "Fermé pendant les vacances scolaires"),
        ("titres-identite", "2026-11-28", None),
    ],
)
def test_an_agenda_says_why_it_is_closed(agenda: str, day: str, reason: str | None) -> None:
    assert slots.closed_reason(AGENDAS[agenda], date.fromisoformat(day)) == reason


def test_exceptions_summer_hours_and_closures_change_the_hours_of_a_day() -> None:
    assert wall(TITLES, "2026-12-31")[-1] == "11:20"
    assert wall(TITLES, "2027-07-08")[-1] == "17:00"
    closed = Span(first=date(2026, 12, 31), last=date(2026, 12, 31), label="Travaux")
    agenda = replace(TITLES, closures=(closed,))
    assert slots.closed_reason(agenda, date(2026, 12, 31)) == "Travaux"


def test_opening_hours_follow_the_clock_on_the_wall_across_its_changes() -> None:
    friday, monday = date(2027, 3, 26), date(2027, 3, 30)

    before, after = slots.slots_on(TITLES, friday)[0].start, slots.slots_on(TITLES, monday)[0].start

    assert (before.hour, after.hour) == (8, 7)


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2026-10-25", 23), ("2026-11-29", 24)])
@pytest.mark.parametrize("minutes", [20, 30, 60])
def test_the_night_when_the_clock_changes_has_slots_of_one_length(day: str, hours: int, minutes: int) -> None:
    """Of the hour that is not, in March, nothing is offered; the one that comes twice, in October, is offered once."""
    always = replace(
        TITLES,
        slot_minutes=minutes,
        weekly={Weekday.SUNDAY: ("00:00-23:00",)},
        closed_weekdays_in_school_holidays=(),
        closures=(),
    )
    found = slots.slots_on(always, date.fromisoformat(day))

    assert all(slot.end - slot.start == timedelta(minutes=minutes) for slot in found)
    assert all(earlier.end <= later.start for earlier, later in itertools.pairwise(found))
    assert [slot.start for slot in found] == sorted({slot.start for slot in found})
    assert timedelta(hours=hours - 2) <= timedelta(minutes=minutes) * len(found) <= timedelta(hours=hours)


def test_the_last_day_of_the_window_turns_at_midnight_in_the_town() -> None:
    agenda = replace(TITLES, booking_window=BookingWindow(min_hours=4, max_days=1))
    start = datetime(2026, 12, 2, 13, tzinfo=UTC)

    assert not slots.in_window(agenda, start, datetime(2026, 11, 30, 22, 59, tzinfo=UTC))
    assert slots.in_window(agenda, start, datetime(2026, 11, 30, 23, 0, tzinfo=UTC))


def test_the_start_of_a_slot_is_booked_within_the_window_alone() -> None:
    now = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
    start = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)

    assert not slots.in_window(TITLES, start, now)
    assert slots.in_window(TITLES, start + timedelta(hours=4), now)
    assert not slots.in_window(TITLES, datetime(2027, 2, 25, 13, 0, tzinfo=UTC), now)
    assert slots.slot_at(TITLES, datetime(2026, 11, 26, 13, 10, tzinfo=UTC)) is None


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+05:00"])
def test_at_a_moment_that_no_day_of_the_town_has_there_is_no_slot(moment: str) -> None:
    assert slots.slot_at(TITLES, datetime.fromisoformat(moment)) is None


def test_agents_give_what_begins_soon_but_neither_what_began_nor_what_is_too_far() -> None:
    now = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
    soon = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)

    assert slots.in_window(TITLES, soon, now, by_agent=True)
    assert not slots.in_window(TITLES, now - timedelta(minutes=1), now, by_agent=True)
    assert not slots.in_window(TITLES, datetime(2027, 2, 25, 13, 0, tzinfo=UTC), now, by_agent=True)
    assert slots.window(TITLES, now, by_agent=True)[0] == date(2026, 11, 26)


def test_moving_and_cancelling_have_their_own_limits() -> None:
    start = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)

    assert not slots.can_change(TITLES, start, start - timedelta(hours=11))
    assert slots.can_cancel(TITLES, start, start - timedelta(hours=11))
    assert not slots.can_cancel(TITLES, start, start - timedelta(hours=1))


@given(day=st.dates(date(2026, 1, 1), date(2028, 12, 31)), agenda=st.sampled_from(sorted(AGENDAS)))
def test_slots_of_a_day_never_overlap_and_have_the_length_of_the_agenda(day: date, agenda: str) -> None:
    found = slots.slots_on(AGENDAS[agenda], day)

    assert all(slot.end - slot.start == timedelta(minutes=AGENDAS[agenda].slot_minutes) for slot in found)
    assert all(earlier.end <= later.start for earlier, later in itertools.pairwise(found))
