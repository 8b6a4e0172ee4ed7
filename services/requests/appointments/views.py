"""The calendar of an agenda, a week at a time: what is free, what is closed and why, what is mine."""

import re
from datetime import date, datetime, timedelta

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.agendas import Agenda
from services.requests import refusals
from services.requests.access.use_cases import actor_of, visible
from services.requests.appointments import rows as slot_rows
from services.requests.capacity import slots
from services.requests.capacity.use_cases import by_agent
from services.requests.definitions.rows import published
from services.requests.drafts import rows as draft_rows
from services.requests.drafts.rules import owner_of
from services.requests.filing.views import place
from services.requests.schemas import appointments as booking
from services.requests.schemas.refusals import DraftNotFound
from services.townhall.town_time import YEARS, start_of_day

WEEK = re.compile(r"(\d{4})-W(\d{2})")


class Reader(Struct):
    """`id`: the request or draft whose slot is « mine ». `by_agent`: whom the booking window of agents holds for."""

    id: str | None
    by_agent: bool
    now: datetime

    def may_book(self, agenda: Agenda, slot: slots.Slot) -> bool:
        return slots.in_window(agenda, slot.start, self.now, by_agent=self.by_agent)


def slots_of_week(tx: Transaction, settings: Settings, asked: booking.ListSlots) -> booking.SlotWeek:
    """The week asked for, or the first one with a free slot."""
    week = asked.week
    agenda = published.agenda(tx.conn, asked.agenda)
    who, current = _current(tx, settings, asked.number, asked.draft_id)
    reader = Reader(id=who, by_agent=by_agent(tx), now=tx.now)
    first, last = slots.window(agenda, tx.now, by_agent=reader.by_agent)
    monday = _monday(first if week is None else read(week))
    farthest = max(monday, _monday(last)) if week is None else monday
    start, end = start_of_day(monday), start_of_day(farthest + timedelta(days=7))
    used = slot_rows.uses(tx, agenda.slug, start, end)
    days = _week(agenda, monday, used, reader)
    while monday < farthest and not any(slot.free for day in days for slot in day.slots):
        monday += timedelta(days=7)
        days = _week(agenda, monday, used, reader)
    return booking.SlotWeek(
        agenda=booking.SlotAgenda(
            slug=agenda.slug,
            title=agenda.title,
            place=place(agenda),
            instructions=agenda.instructions,
            slot_minutes=agenda.slot_minutes,
            change_until_hours=agenda.change_until_hours,
        ),
        week=_name(monday),
        first_day=monday.isoformat(),
        previous=_name(monday - timedelta(days=7)) if _opens_before(agenda, monday, first, last, reader) else None,
        next=_name(monday + timedelta(days=7)) if monday + timedelta(days=7) <= last else None,
        days=tuple(days),
        current=current,
    )


def read(week: str) -> date:
    """A day of the week meant by `2026-W49` or by a date; raises WeekUnknown."""
    try:
        named = WEEK.fullmatch(week)
        day = date.fromisocalendar(int(named[1]), int(named[2]), 1) if named else date.fromisoformat(week)
    except ValueError:
        raise refusals.WeekUnknown from None
    if day.year not in YEARS:
        raise refusals.WeekUnknown
    return day


def _current(
    tx: Transaction, settings: Settings, number: str | None, draft_id: str | None
) -> tuple[str | None, booking.Span | None]:
    """Whose slot is « mine », and which it is."""
    if number is not None:
        row, _ = visible(tx, settings, number)
        if row.appointment_at is None or row.agenda_definition is None:
            return row.request_id, None
        booked = slots.slot_at(row.agenda_definition, row.appointment_at)
        end = booked.end if booked else row.appointment_at
        return row.request_id, _span(row.appointment_at, end)
    if draft_id is not None:
        known = draft_rows.by_id(tx, draft_id, owner_of(actor_of(tx)))
        if known is None:
            raise DraftNotFound
        return known.id, _span(known.held.start, known.held.end) if known.held else None
    return None, None


def _opens_before(agenda: Agenda, monday: date, first: date, last: date, reader: Reader) -> bool:
    """Whether a slot of an earlier week can be booked at all, taken or not: a page without one is not linked."""
    days = (first + timedelta(days=n) for n in range((min(monday, last + timedelta(days=1)) - first).days))
    return any(reader.may_book(agenda, slot) for day in days for slot in slots.slots_on(agenda, day))


def _week(agenda: Agenda, monday: date, used: dict[datetime, list[str]], reader: Reader) -> list[booking.SlotDay]:
    """Monday to Saturday, and Sunday where the agenda opens on it."""
    days = [_day(agenda, monday + timedelta(days=n), used, reader) for n in range(7)]
    return days if days[-1].slots else days[:-1]


def _day(agenda: Agenda, day: date, used: dict[datetime, list[str]], reader: Reader) -> booking.SlotDay:
    capacity = agenda.capacity
    offered: list[booking.Slot] = []
    for slot in slots.slots_on(agenda, day):
        users = used.get(slot.start, [])
        mine = reader.id in users
        free = max(capacity - len([user for user in users if user != reader.id]), 0)
        if not reader.may_book(agenda, slot):
            free = 0
        offered.append(booking.Slot(start=slot.start.isoformat(), end=slot.end.isoformat(), free=free, mine=mine))
    return booking.SlotDay(date=day.isoformat(), closed_reason=slots.closed_reason(agenda, day), slots=tuple(offered))


def _span(start: datetime, end: datetime) -> booking.Span:
    return booking.Span(start=start.isoformat(), end=end.isoformat())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _name(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"
