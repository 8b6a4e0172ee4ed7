"""What may be noted of a person on the day, who is late, and who is called next."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.chassis.errors import Refusal
from services.requests.day_list import rules
from services.requests.day_list.rules import Note, Waiting
from services.requests.schemas.day_list import Presence

EXPECTED, ARRIVED, CALLED, ABSENT = Presence
ME, COLLEAGUE = "me", "colleague"
TODAY = date(2026, 12, 2)
NINE = datetime(2026, 12, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("noted", "wanted"),
    [
        (EXPECTED, ARRIVED), (EXPECTED, ABSENT), (ARRIVED, CALLED), (ABSENT, ARRIVED),
        (ARRIVED, EXPECTED), (CALLED, ARRIVED), (ABSENT, EXPECTED),
    ],
)  # fmt: skip
def test_each_state_follows_another_and_can_be_taken_back(noted: Presence, wanted: Presence) -> None:
    assert rules.changes(Note(presence=noted, by_id=COLLEAGUE), wanted, seen=noted, by_id=ME)


@pytest.mark.parametrize(
    ("noted", "wanted"), [(EXPECTED, CALLED), (ABSENT, CALLED), (CALLED, ABSENT), (CALLED, EXPECTED), (ARRIVED, ABSENT)]
)
def test_nobody_is_called_who_has_not_arrived_nor_absent_once_there(noted: Presence, wanted: Presence) -> None:
    with pytest.raises(rules.NotArrived):
        rules.changes(Note(presence=noted, by_id=ME), wanted, seen=noted, by_id=ME)


@pytest.mark.parametrize("noted", list(Presence))
def test_pressing_twice_changes_nothing(noted: Presence) -> None:
    assert not rules.changes(Note(presence=noted, by_id=ME), noted, seen=EXPECTED, by_id=ME)


def test_a_person_called_by_a_colleague_is_not_called_again() -> None:
    with pytest.raises(rules.AlreadyCalled):
        rules.changes(Note(presence=CALLED, by_id=COLLEAGUE), CALLED, seen=ARRIVED, by_id=ME)


def test_what_a_colleague_noted_meanwhile_is_not_overwritten() -> None:
    with pytest.raises(rules.PresenceChanged):
        rules.changes(Note(presence=ARRIVED, by_id=COLLEAGUE), ABSENT, seen=EXPECTED, by_id=ME)


def test_the_next_is_the_earliest_hour_then_the_earliest_arrival() -> None:
    half_past = Waiting(id="half past", starts_at=NINE + 30 * MINUTE, arrived_at=NINE - 20 * MINUTE)
    second = Waiting(id="second", starts_at=NINE, arrived_at=NINE - MINUTE)
    first = Waiting(id="first", starts_at=NINE, arrived_at=NINE - 5 * MINUTE)

    assert rules.next_of([half_past, second, first]) == first
    assert rules.next_of([half_past, second]) == second
    assert rules.next_of([]) is None


def test_a_person_without_an_appointment_has_the_hour_of_the_arrival() -> None:
    walk_in = Waiting(id="walk-in", arrived_at=NINE + 10 * MINUTE)
    earlier = Waiting(id="earlier", starts_at=NINE, arrived_at=NINE + 15 * MINUTE)
    later = Waiting(id="later", starts_at=NINE + 20 * MINUTE, arrived_at=NINE)

    assert rules.next_of([walk_in, later]) == walk_in
    assert rules.next_of([walk_in, earlier]) == earlier


@pytest.mark.parametrize(
    ("presence", "now", "late"),
    [
        (EXPECTED, NINE + MINUTE, True),
        (EXPECTED, NINE, False),
        (ARRIVED, NINE + MINUTE, False),
        (ABSENT, NINE + MINUTE, False),
        (EXPECTED, NINE + timedelta(days=1), False),
    ],
)
def test_late_is_whose_hour_has_passed_today_without_a_word(presence: Presence, now: datetime, late: bool) -> None:
    assert rules.is_late(NINE, presence, now) is late


@pytest.mark.parametrize(
    ("days", "refusal"), [(1, rules.DayToCome), (0, None), (-7, None), (-8, rules.DayOver), (-3000, rules.DayOver)]
)
def test_presences_are_noted_of_today_and_of_the_week_before(days: int, refusal: type[Refusal] | None) -> None:
    day = TODAY + timedelta(days=days)

    assert rules.notable(day, TODAY) is (refusal is None)
    if refusal is None:
        rules.check_day(day, TODAY)
    else:
        with pytest.raises(refusal):
            rules.check_day(day, TODAY)
