"""The calendar of slots: it begins and opens where something can be chosen, and writes hours as every page does."""

from typing import Any

import pytest

from gateway.pages.components.calendar_view import FIRST, ShownWeek, slot_asked, week_asked, week_view
from services.requests.schemas.appointments import Slot, SlotAgenda, SlotDay, SlotWeek


def at(number: int, hour: int) -> str:
    return f"2026-11-{number}T{hour:02}:00:00+01:00"


def day(number: int, *hours: int, free: int = 1, mine: bool = False, closed: str | None = None) -> SlotDay:
    slots = tuple(
        Slot(start=at(number, hour), end=f"2026-11-{number}T{hour:02}:20:00+01:00", free=free, mine=mine)
        for hour in hours
    )
    return SlotDay(date=f"2026-11-{number}", closed_reason=closed, slots=slots)


def week(*days: SlotDay, previous: str | None = None, first: bool = False, **asked: Any) -> ShownWeek:
    agenda = SlotAgenda(slug="a", title="A", place="", instructions="", slot_minutes=20, change_until_hours=24)
    names: Any = {"week": "2026-W48", "previous": previous, "next": "2026-W49"}
    found = SlotWeek(agenda=agenda, first_day="2026-11-23", days=days, current=None, **names)
    return week_view(found, first=first, **asked)


def opened(shown: ShownWeek) -> str | None:
    return shown.opened.date if shown.opened else None


def unfolded(shown: ShownWeek) -> list[str]:
    assert shown.opened
    return [half.label for half in shown.opened.halves if half.unfolded]


def test_the_first_week_begins_at_its_first_free_slot() -> None:
    shown = week(day(23, 9, free=0), day(24), day(26, 9, 14), day(27), day(28, 9))

    assert [one.date for one in shown.days] == ["2026-11-26", "2026-11-27", "2026-11-28"]
    assert shown.title == "Du 26 au 28\u00a0novembre\u00a02026"


def test_a_later_week_is_shown_whole() -> None:
    shown = week(day(23, 9, free=0), day(24, 9), previous="2026-W47")

    assert [one.date for one in shown.days] == ["2026-11-23", "2026-11-24"]


def test_a_first_week_without_a_free_slot_keeps_its_days_for_its_title() -> None:
    shown = week(day(23, 9, free=0), day(28))

    assert shown.opened is None
    assert shown.title == "Du 23 au 28\u00a0novembre\u00a02026"


def test_a_week_of_one_day_is_called_by_that_day() -> None:
    assert week(day(28, 9)).title == "Le 28\u00a0novembre\u00a02026"


def test_a_day_and_its_hours_are_named_as_every_page_writes_them() -> None:
    shown = week(day(28, 9))

    assert shown.opened
    assert shown.opened.name == "samedi 28\u00a0novembre"
    assert shown.opened.halves[0].slots[0].label == "9\u00a0h"


def test_each_day_has_the_number_of_its_slots_or_why_it_has_none() -> None:
    days = day(23, 9, 14), day(24, 9, free=0), day(25), day(26, closed="Jour férié"), day(27, 9, mine=True, free=0)

    shown = week(*days, previous="2026-W47").days

    assert [one.slots for one in shown] == [2, 0, 0, 0, 1]
    assert [one.closed for one in shown] == [False, False, True, True, False]
    assert [one.reason for one in shown] == ["", "", "", "Jour férié", ""]


def test_the_first_day_with_a_free_slot_is_open_and_its_first_half() -> None:
    shown = week(day(23, 9, free=0), day(24, 14, 15), day(25, 9), previous="2026-W47")

    assert opened(shown) == "2026-11-24"
    assert unfolded(shown) == ["Après-midi"]


def test_of_a_day_with_both_halves_only_the_morning_is_unfolded() -> None:
    shown = week(day(24, 9, 10, 14))

    assert shown.opened
    assert [(half.label, len(half.slots)) for half in shown.opened.halves] == [("Matin", 2), ("Après-midi", 1)]
    assert unfolded(shown) == ["Matin"]


def test_the_day_asked_for_is_open_or_else_that_of_the_chosen_slot() -> None:
    days, chosen = (day(24, 9), day(25, 9, 14), day(26, 9)), at(25, 14)

    assert opened(week(*days, chosen=chosen, day="2026-11-26")) == "2026-11-26"
    shown = week(*days, chosen=chosen)
    assert opened(shown) == "2026-11-25"
    assert unfolded(shown) == ["Après-midi"]


@pytest.mark.parametrize("asked", ["2026-11-27", "2026-12-24", "demain", ""])
def test_a_day_without_a_slot_stays_closed(asked: str) -> None:
    assert opened(week(day(24, 9), day(27), day=asked)) == "2026-11-24"


def test_the_first_free_slot_is_not_ones_own() -> None:
    shown = week(day(24, 9, mine=True), day(25, 10), previous="2026-W47", first=True)

    assert shown.first == at(25, 10)


def test_the_first_free_slot_of_a_later_week_is_not_the_first_of_all() -> None:
    assert week(day(25, 10), previous="2026-W47").first is None


def test_a_week_before_which_none_can_be_booked_has_the_first_slot_of_all() -> None:
    assert week(day(25, 10)).first == at(25, 10)
    assert week(day(25, 10, free=0)).first is None


def test_a_calendar_without_any_free_slot_says_so_and_a_full_week_does_not() -> None:
    full = day(25, 10, free=0)

    assert week(full, first=True).full
    assert not week(full, previous="2026-W47").full
    assert not week(day(25, 10), first=True).full


def test_the_week_shown_is_the_one_asked_for_or_that_of_the_chosen_slot_or_the_first() -> None:
    assert week_asked({"semaine": "2026-W50"}, at(25, 9)) == "2026-W50"
    assert week_asked({}, at(25, 9)) == "2026-W48"
    assert week_asked({"semaine": FIRST}, at(25, 9)) is None
    assert week_asked({}) is None
    for text in ("abc", "2026-W99", "2026-13-01", ""):
        assert week_asked({"semaine": text}) is None
        assert week_asked({"semaine": text}, at(25, 9)) == "2026-W48"


def test_the_button_of_the_first_slot_wins_over_an_hour_that_is_ticked() -> None:
    assert slot_asked({"premier": at(24, 9), "creneau": at(25, 9)}) == at(24, 9)
    assert slot_asked({"creneau": at(25, 9)}) == at(25, 9)
    assert slot_asked({}) is None
