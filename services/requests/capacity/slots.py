"""When an agenda can be booked: openings, closures, booking window; pure, correct across clock changes.

An agenda is computed from what procedures published of it alone.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from services.chassis.structs import Struct
from services.procedures.schemas.definitions.agendas import Agenda, HoursException
from services.townhall.public_holidays import public_holidays
from services.townhall.town_time import TOWN_TIME, YEARS, Weekday, local_day


class Slot(Struct):
    """A bookable time, both ends in UTC."""

    start: datetime
    end: datetime


class ChosenSlot(Struct):
    """A chosen time of an agenda, with the id that the appointment will have."""

    appointment_id: str
    agenda: str
    starts_at: datetime
    ends_at: datetime


def slots_on(agenda: Agenda, day: date) -> list[Slot]:
    """The slots of that local day in order; a slot exists only if it fits whole into an opening range."""
    if closed_reason(agenda, day) is not None:
        return []
    length = timedelta(minutes=agenda.slot_minutes)
    return [slot for opening in _ranges(agenda, day) for slot in _cut(day, opening, length)]


def closed_reason(agenda: Agenda, day: date) -> str | None:
    """Why nothing can be booked on that day, in French; None when the agenda is open.

    Closures win over exceptions, exceptions over holidays and weekly hours.
    """
    for closure in agenda.closures:
        if closure.holds(day):
            return closure.label or "Fermeture exceptionnelle"
    if (dated := _dated_exception(agenda, day)) is not None:
        return None if dated.hours else dated.label
    if agenda.closed_on_public_holidays and day in public_holidays(day.year):
        return "Jour férié"
    if not _ranges(agenda, day):
        return "Fermé"
    if Weekday.of(day) in agenda.closed_weekdays_in_school_holidays and any(
        holiday.holds(day) for holiday in agenda.school_holidays
    ):
        return "Fermé pendant les vacances scolaires"
    return None


def window(agenda: Agenda, now: datetime, *, by_agent: bool = False) -> tuple[date, date]:
    """The first and last local days that may be booked at that instant. Agents may give what begins in a moment: the person
    is there, or on the telephone."""
    return local_day(_earliest(agenda, now, by_agent)), local_day(now) + timedelta(days=agenda.booking_window.max_days)


def in_window(agenda: Agenda, start: datetime, now: datetime, *, by_agent: bool = False) -> bool:
    """Whether what starts at that instant is neither too soon nor too far to be booked now."""
    _, last = window(agenda, now)
    return start >= _earliest(agenda, now, by_agent) and local_day(start) <= last


def _earliest(agenda: Agenda, now: datetime, by_agent: bool) -> datetime:
    return now if by_agent else now + timedelta(hours=agenda.booking_window.min_hours)


def slot_at(agenda: Agenda, start: datetime) -> Slot | None:
    """The slot that starts at that instant, or None: also for one that no day of the town has."""
    if start.year not in YEARS:
        return None
    return next((slot for slot in slots_on(agenda, local_day(start)) if slot.start == start), None)


def can_change(agenda: Agenda, start: datetime, now: datetime) -> bool:
    """Whether the citizen may still move an appointment that starts then."""
    return now <= change_until(agenda, start)


def change_until(agenda: Agenda, start: datetime) -> datetime:
    """Until when the citizen may move an appointment that starts then."""
    return start - timedelta(hours=agenda.change_until_hours)


def can_cancel(agenda: Agenda, start: datetime, now: datetime) -> bool:
    """Whether the citizen may still cancel an appointment that starts then."""
    return now <= start - timedelta(hours=agenda.cancel_until_hours)


def _ranges(agenda: Agenda, day: date) -> tuple[str, ...]:
    dated = _dated_exception(agenda, day)
    if dated is not None:
        return dated.hours
    usual = agenda.weekly.get(Weekday.of(day), ())
    changed = (exception.hours for exception in agenda.exceptions if exception.changes(day))
    return next(changed, usual) if usual else usual


def _dated_exception(agenda: Agenda, day: date) -> HoursException | None:
    return next((exception for exception in agenda.exceptions if exception.on == day), None)


def _cut(day: date, opening: str, length: timedelta) -> Iterator[Slot]:
    opens, closes = (time.fromisoformat(end) for end in opening.split("-"))
    # Wall-clock arithmetic first, then the zone: openings follow the clock on the wall of the town hall.
    start, end = datetime.combine(day, opens), datetime.combine(day, closes)
    while start + length <= end:
        slot = Slot(start=_instant(start), end=_instant(start + length))
        # In the night of a clock change an hour is missing or doubled: a slot that it would shorten or stretch is left out.
        if slot.end - slot.start == length and slot.start.astimezone(TOWN_TIME).replace(tzinfo=None) == start:
            yield slot
        start += length


def _instant(wall: datetime) -> datetime:
    return wall.replace(tzinfo=TOWN_TIME).astimezone(UTC)
