"""When an agenda can be booked: openings, closures, booking window; pure, correct across clock changes.

An agenda is the published definition: `weekly` and `exceptions` ranges in local time, `closures`, `slot_minutes`,
`capacity`, `booking_window`, `closed_on_public_holidays`, and the `school_holidays` of the town with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.requests.definitions.days import public_holidays
from services.townhall.town_time import TOWN_TIME, WEEKDAYS, local_day

Agenda = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A bookable time, both ends in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class ChosenSlot:
    """A chosen time of an agenda, with the id that the appointment will have."""

    appointment_id: str
    agenda: str
    starts_at: datetime
    ends_at: datetime


def slots_on(agenda: Agenda, day: date) -> list[Slot]:
    """The slots of that local day in order; a slot exists only if it fits whole into an opening range."""
    if closed_reason(agenda, day) is not None:
        return []
    length = timedelta(minutes=int(agenda["slot_minutes"]))
    return [slot for opening in _ranges(agenda, day) for slot in _cut(day, opening, length)]


def closed_reason(agenda: Agenda, day: date) -> str | None:
    """Why nothing can be booked on that day, in French; None when the agenda is open.

    Closures win over exceptions, exceptions over holidays and weekly hours.
    """
    for closure in agenda.get("closures", ()):
        if _within(closure, day):
            return str(closure.get("label") or "Fermeture exceptionnelle")
    if _dated_exception(agenda, day) is not None:
        return None if _ranges(agenda, day) else str(_dated_exception(agenda, day)["label"])  # type: ignore[index]
    if agenda.get("closed_on_public_holidays") and day in public_holidays(day.year):
        return "Jour férié"
    if not _ranges(agenda, day):
        return "Fermé"
    weekday = WEEKDAYS[day.weekday()]
    if weekday in agenda.get("closed_weekdays_in_school_holidays", ()) and any(
        _within(holiday, day) for holiday in agenda.get("school_holidays", ())
    ):
        return "Fermé pendant les vacances scolaires"
    return None


def window(agenda: Agenda, now: datetime) -> tuple[date, date]:
    """The first and last local days that may be booked at that instant."""
    booking = agenda["booking_window"]
    first = local_day(now + timedelta(hours=int(booking["min_hours"])))
    return first, local_day(now) + timedelta(days=int(booking["max_days"]))


def in_window(agenda: Agenda, start: datetime, now: datetime) -> bool:
    """Whether what starts at that instant is neither too soon nor too far to be booked now."""
    _, last = window(agenda, now)
    return start >= now + timedelta(hours=int(agenda["booking_window"]["min_hours"])) and local_day(start) <= last


def bookable(agenda: Agenda, start: datetime, now: datetime) -> bool:
    """Whether a slot of the agenda starts at that instant and lies in the booking window."""
    return in_window(agenda, start, now) and slot_at(agenda, start) is not None


def slot_at(agenda: Agenda, start: datetime) -> Slot | None:
    """The slot that starts at that instant, or None."""
    return next((slot for slot in slots_on(agenda, local_day(start)) if slot.start == start), None)


def can_change(agenda: Agenda, start: datetime, now: datetime) -> bool:
    """Whether the citizen may still move an appointment that starts then."""
    return now <= change_until(agenda, start)


def change_until(agenda: Agenda, start: datetime) -> datetime:
    """Until when the citizen may move an appointment that starts then."""
    return start - timedelta(hours=int(agenda["change_until_hours"]))


def can_cancel(agenda: Agenda, start: datetime, now: datetime) -> bool:
    """Whether the citizen may still cancel an appointment that starts then."""
    return now <= start - timedelta(hours=int(agenda["cancel_until_hours"]))


def _ranges(agenda: Agenda, day: date) -> Sequence[str]:
    dated = _dated_exception(agenda, day)
    if dated is not None:
        return dated["hours"]
    weekday = WEEKDAYS[day.weekday()]
    usual: Sequence[str] = agenda["weekly"].get(weekday, ())
    if not usual:
        return usual
    for exception in agenda.get("exceptions", ()):
        if "weekday" in exception and exception["weekday"] == weekday and _within(exception, day):
            return exception["hours"]
    return usual


def _dated_exception(agenda: Agenda, day: date) -> Mapping[str, Any] | None:
    return next((e for e in agenda.get("exceptions", ()) if e.get("date") == day.isoformat()), None)


def _within(span: Mapping[str, Any], day: date) -> bool:
    return date.fromisoformat(span["from"]) <= day <= date.fromisoformat(span["to"])


def _cut(day: date, opening: str, length: timedelta) -> Iterator[Slot]:
    opens, closes = (time.fromisoformat(end) for end in opening.split("-"))
    # Wall-clock arithmetic first, then the zone: openings follow the clock on the wall of the town hall.
    start, end = datetime.combine(day, opens), datetime.combine(day, closes)
    while start + length <= end:
        slot = Slot(start=_instant(start), end=_instant(start + length))
        # The night when the clock changes has an hour that is not, or is twice: no slot begins or grows in it.
        if slot.end - slot.start == length and slot.start.astimezone(TOWN_TIME).replace(tzinfo=None) == start:
            yield slot
        start += length


def _instant(wall: datetime) -> datetime:
    return wall.replace(tzinfo=TOWN_TIME).astimezone(UTC)
