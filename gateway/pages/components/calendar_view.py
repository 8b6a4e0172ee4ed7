"""A week of slots as the calendar shows it: days in words, mornings and afternoons; pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from gateway.dates import day_in_words, local, short_day, time_in_words
from services.requests.schemas.appointments import Slot, SlotDay, SlotWeek
from services.townhall.french_dates import rank
from services.townhall.french_names import MONTHS, WEEKDAYS
from services.townhall.typography import NBSP

NO_SLOT = "Choisissez un jour et une heure, puis validez."
NOON = 12


def week_view(found: SlotWeek, *, chosen: str | None = None) -> dict[str, object]:
    """What `components/calendar.html` draws; slots without a free place are left out, but for one's own."""
    days = found.days if found.previous else _from_the_first_free(found.days)
    return {
        "slug": found.week,
        "previous": found.previous,
        "next": found.next,
        "title": _title([date.fromisoformat(day.date) for day in days]),
        "days": [_day(day, chosen) for day in days],
        "free": any(map(_offered, days)),
    }


def _from_the_first_free(days: Sequence[SlotDay]) -> Sequence[SlotDay]:
    """In the first week of a calendar: without the days that are over or too near to be booked."""
    first = next((index for index, day in enumerate(days) if _offered(day)), 0)
    return days[first:]


def _offered(day: SlotDay) -> list[Slot]:
    return [slot for slot in day.slots if slot.free > 0 or slot.mine]


def span(start: str, end: str) -> str:
    """« de 14 h 40 à 15 h »."""
    return f"de {time_in_words(start)} à {time_in_words(end)}"


def _day(item: SlotDay, chosen: str | None) -> dict[str, object]:
    day, slots = date.fromisoformat(item.date), _offered(item)
    halves = (
        ("Matin", "Aucun créneau le matin", [slot for slot in slots if local(slot.start).hour < NOON]),
        ("Après-midi", "Aucun créneau l’après-midi", [slot for slot in slots if local(slot.start).hour >= NOON]),
    )
    return {
        "date": item.date,
        "weekday": WEEKDAYS[day.weekday()].capitalize(),
        "short": f"{rank(day.day)}{NBSP}{MONTHS[day.month - 1]}",
        "chosen": any(_is_at(slot, chosen) for slot in slots),
        "reason": item.closed_reason or ("Fermé" if not item.slots else "Aucun créneau libre"),
        "parts": [
            {"label": label, "reason": reason, "slots": [_slot(slot, chosen) for slot in half]}
            for label, reason, half in halves
            if slots
        ],
    }


def _slot(slot: Slot, chosen: str | None) -> dict[str, object]:
    picked = _is_at(slot, chosen)
    return {
        "start": slot.start,
        "label": time_in_words(slot.start),
        "detail": f"{day_in_words(slot.start)}, {span(slot.start, slot.end)}",
        "chosen": picked,
        "mine": slot.mine and not picked,
    }


def _is_at(slot: Slot, chosen: str | None) -> bool:
    return chosen is not None and local(slot.start) == local(chosen)


def _title(days: list[date]) -> str:
    first, last = (days[0], days[-1]) if days else (date.min, date.min + timedelta(days=6))
    if first == last:
        return f"Le {short_day(first)}"
    month = "" if first.month == last.month else f"{NBSP}{MONTHS[first.month - 1]}"
    return f"Du {rank(first.day)}{month} au {short_day(last)}"
