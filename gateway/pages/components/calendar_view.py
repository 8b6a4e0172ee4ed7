"""A week of slots as the calendar shows it: days in words, mornings and afternoons; pure."""

from datetime import date, timedelta
from typing import TypedDict

from gateway.dates import day_in_words, local, short_day, time_in_words
from services.requests.schemas.appointments import Slot, SlotDay, SlotWeek
from services.townhall.french_dates import rank
from services.townhall.french_names import MONTHS, WEEKDAYS
from services.townhall.typography import NBSP

NO_SLOT = "Choisissez un jour et une heure, puis validez."
NOON = 12


class SlotShown(TypedDict):
    start: str
    hour: int
    label: str
    detail: str
    chosen: bool
    mine: bool


class Half(TypedDict):
    label: str
    slots: list[SlotShown]
    reason: str


class DayShown(TypedDict):
    day: date
    date: str
    weekday: str
    short: str
    chosen: bool
    reason: str
    parts: list[Half]


def week_view(found: SlotWeek, *, chosen: str | None = None) -> dict[str, object]:
    """What `components/calendar.html` draws; slots without a free place are left out, but for one's own."""
    days = [_day(item, chosen) for item in found.days]
    if not found.previous:
        days = _from_the_first_free(days)
    return {
        "slug": found.week,
        "previous": found.previous,
        "next": found.next,
        "title": _title([day["day"] for day in days]),
        "days": days,
        "free": any(day["parts"] for day in days),
    }


def _from_the_first_free(days: list[DayShown]) -> list[DayShown]:
    """In the first week of a calendar: without the days that are over or too near to be booked."""
    first = next((index for index, day in enumerate(days) if day["parts"]), 0)
    return days[first:]


def span(start: str, end: str) -> str:
    """« de 14 h 40 à 15 h »."""
    return f"de {time_in_words(start)} à {time_in_words(end)}"


def _day(item: SlotDay, chosen: str | None) -> DayShown:
    day = date.fromisoformat(item.date)
    slots = [_slot(slot, chosen) for slot in item.slots if slot.free > 0 or slot.mine]
    morning = [slot for slot in slots if slot["hour"] < NOON]
    afternoon = [slot for slot in slots if slot["hour"] >= NOON]
    return {
        "day": day,
        "date": item.date,
        "weekday": WEEKDAYS[day.weekday()].capitalize(),
        "short": f"{rank(day.day)}{NBSP}{MONTHS[day.month - 1]}",
        "chosen": any(slot["chosen"] for slot in slots),
        "reason": item.closed_reason or ("Fermé" if not item.slots else "Aucun créneau libre"),
        "parts": [
            {"label": "Matin", "slots": morning, "reason": "Aucun créneau le matin"},
            {"label": "Après-midi", "slots": afternoon, "reason": "Aucun créneau l’après-midi"},
        ]
        if slots
        else [],
    }


def _slot(slot: Slot, chosen: str | None) -> SlotShown:
    at = local(slot.start)
    picked = chosen is not None and local(chosen) == at
    return {
        "start": slot.start,
        "hour": at.hour,
        "label": time_in_words(at),
        "detail": f"{day_in_words(slot.start)}, {span(slot.start, slot.end)}",
        "chosen": picked,
        "mine": slot.mine and not picked,
    }


def _title(days: list[date]) -> str:
    first, last = (days[0], days[-1]) if days else (date.min, date.min + timedelta(days=6))
    if first == last:
        return f"Le {short_day(first)}"
    month = "" if first.month == last.month else f"{NBSP}{MONTHS[first.month - 1]}"
    return f"Du {rank(first.day)}{month} au {short_day(last)}"
