"""The calendar of slots: it begins where something can be chosen, and writes hours as every page does."""

from typing import Any

from gateway.pages.components.calendar_view import week_view
from services.requests.schemas.appointments import Slot, SlotAgenda, SlotDay, SlotWeek


def day(number: int, *hours: int, free: int = 1) -> SlotDay:
    slots = tuple(
        Slot(
            start=f"2026-11-{number}T{hour:02}:00:00+01:00",
            end=f"2026-11-{number}T{hour:02}:20:00+01:00",
            free=free,
            mine=False,
        )
        for hour in hours
    )
    return SlotDay(date=f"2026-11-{number}", closed_reason=None, slots=slots)


def week(*days: SlotDay, previous: str | None = None) -> dict[str, Any]:
    agenda = SlotAgenda(slug="a", title="A", place="", instructions="", slot_minutes=20, change_until_hours=24)
    names: Any = {"week": "2026-W48", "previous": previous, "next": "2026-W49"}
    return week_view(SlotWeek(agenda=agenda, first_day="2026-11-23", days=days, current=None, **names))


def test_the_first_week_begins_at_its_first_free_slot() -> None:
    shown = week(day(23, 9, free=0), day(24), day(26, 9, 14), day(27), day(28, 9))

    assert [one["date"] for one in shown["days"]] == ["2026-11-26", "2026-11-27", "2026-11-28"]
    assert shown["title"] == "Du 26 au 28\u00a0novembre\u00a02026"


def test_a_later_week_is_shown_whole() -> None:
    shown = week(day(23, 9, free=0), day(24, 9), previous="2026-W47")

    assert [one["date"] for one in shown["days"]] == ["2026-11-23", "2026-11-24"]


def test_a_first_week_without_a_free_slot_keeps_its_days_for_its_title() -> None:
    shown = week(day(23, 9, free=0), day(28))

    assert not shown["free"]
    assert shown["title"] == "Du 23 au 28\u00a0novembre\u00a02026"


def test_a_week_of_one_day_is_called_by_that_day() -> None:
    assert week(day(27), day(28, 9))["title"] == "Le 28\u00a0novembre\u00a02026"


def test_a_full_hour_has_no_minutes() -> None:
    assert week(day(28, 9))["days"][0]["parts"][0]["slots"][0]["label"] == "9\u00a0h"
