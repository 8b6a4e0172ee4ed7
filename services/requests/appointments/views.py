"""The calendar of an agenda, a week at a time: what is free, what is closed and why, what is mine; and who comes to the counter
on a day, agenda by agenda, for the agents of its department."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.agendas import Agenda
from services.requests import refusals
from services.requests.access import rows as staff_views, rules as access
from services.requests.access.use_cases import actor_of, visible
from services.requests.appointments import rows as slot_rows
from services.requests.appointments.rows import Booked
from services.requests.capacity import slots
from services.requests.definitions.rows import published
from services.requests.drafts import rows as draft_rows
from services.requests.drafts.rules import owner_of
from services.requests.filing.views import place
from services.requests.request import flow
from services.requests.schemas import appointments as booking
from services.requests.schemas.refusals import DraftNotFound
from services.townhall.town_time import local_day, start_of_day

WEEK = re.compile(r"(\d{4})-W(\d{2})")

# No calendar reaches further, and the days around it can still be counted.
YEARS = range(2000, 3000)


def slots_of_week(tx: Transaction, settings: Settings, asked: booking.ListSlots) -> booking.SlotWeek:
    """The week asked for, or the first one with a free slot."""
    week = asked.week
    agenda = published.agenda(tx.conn, asked.agenda)
    who, current = _current(tx, settings, asked.number, asked.draft_id)
    first, last = slots.window(agenda, tx.now)
    monday = _monday(first if week is None else read(week))
    farthest = max(monday, _monday(last)) if week is None else monday
    start, end = start_of_day(monday), start_of_day(farthest + timedelta(days=7))
    used = slot_rows.uses(tx, agenda.slug, start, end)
    days = _week(agenda, monday, used, who, tx.now)
    while monday < farthest and not any(slot.free for day in days for slot in day.slots):
        monday += timedelta(days=7)
        days = _week(agenda, monday, used, who, tx.now)
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
        previous=_name(monday - timedelta(days=7)) if _opens_before(agenda, monday, first, last, tx.now) else None,
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


def _opens_before(agenda: Agenda, monday: date, first: date, last: date, now: datetime) -> bool:
    """Whether a slot of an earlier week can be booked at all, taken or not: a page without one is not linked."""
    days = (first + timedelta(days=n) for n in range((min(monday, last + timedelta(days=1)) - first).days))
    return any(slots.in_window(agenda, slot.start, now) for day in days for slot in slots.slots_on(agenda, day))


def _week(
    agenda: Agenda, monday: date, used: dict[datetime, list[str]], who: str | None, now: datetime
) -> list[booking.SlotDay]:
    """Monday to Saturday, and Sunday where the agenda opens on it."""
    days = [_day(agenda, monday + timedelta(days=n), used, who, now) for n in range(7)]
    return days if days[-1].slots else days[:-1]


def _day(agenda: Agenda, day: date, used: dict[datetime, list[str]], who: str | None, now: datetime) -> booking.SlotDay:
    capacity = agenda.capacity
    offered: list[booking.Slot] = []
    for slot in slots.slots_on(agenda, day):
        users = used.get(slot.start, [])
        mine = who in users
        free = max(capacity - len([user for user in users if user != who]), 0)
        if not slots.in_window(agenda, slot.start, now):
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


def day_list(tx: Transaction, _: Settings, asked: booking.ListDay) -> booking.DayList:
    """The appointments of a day (today by default): in the actor's agendas, and of the actor's departments elsewhere.

    An agenda may serve several departments. In the actor's own agendas, another department's appointment is shown as a
    time that is taken, without number or name: who comes is seen by the department that has the request.
    Raises NotAllowed for anyone but an agent who may read requests, DayUnknown outside the calendars.
    """
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    day = asked.day or local_day(tx.now)
    if day.year not in YEARS:
        raise refusals.DayUnknown
    agendas = published.agendas(tx.conn)
    first, last = start_of_day(day), start_of_day(day + timedelta(days=1))
    booked = slot_rows.booked(tx, [agenda.slug for agenda in agendas], first, last)
    lists = [_agenda(agenda, booked, actor.departments, day) for agenda in agendas]
    seen = [one.row for one in booked if one.row.department in actor.departments]
    staff_views.record_list(tx, "day_list", {"day": day.isoformat()}, (row.request_id for row in seen))
    shown = tuple(one for one in lists if one.department in actor.departments or one.appointments)
    return booking.DayList(
        day=day.isoformat(),
        today=local_day(tx.now).isoformat(),
        previous=(day - timedelta(days=1)).isoformat(),
        next=(day + timedelta(days=1)).isoformat(),
        next_taken=_next_taken(tx, agendas, actor.departments, last),
        agendas=shown,
        total=sum(len(one.appointments) for one in shown),
    )


def _next_taken(tx: Transaction, agendas: list[Agenda], departments: tuple[str, ...], after: datetime) -> str | None:
    """The first day with an appointment that this list would show, from then on and from today on."""
    today = start_of_day(local_day(tx.now))
    names = [agenda.slug for agenda in agendas]
    ours = [agenda.slug for agenda in agendas if agenda.department in departments]
    start = slot_rows.next_booked(tx, names, ours, departments, max(after, today))
    return local_day(start).isoformat() if start else None


def _agenda(agenda: Agenda, booked: list[Booked], departments: tuple[str, ...], day: date) -> booking.DayAgenda:
    ours = agenda.department in departments
    here = [one for one in booked if one.agenda == agenda.slug]
    return booking.DayAgenda(
        slug=agenda.slug,
        title=agenda.title,
        department=agenda.department,
        place=place(agenda),
        closed_reason=slots.closed_reason(agenda, day),
        appointments=tuple(
            _appointment(agenda, one, seen=one.row.department in departments)
            for one in here
            if ours or one.row.department in departments
        ),
    )


def _appointment(agenda: Agenda, booked: Booked, *, seen: bool) -> booking.DayAppointment:
    row = booked.row
    slot = slots.slot_at(agenda, booked.start)
    end = slot.end if slot else booked.start + timedelta(minutes=agenda.slot_minutes)
    line = booking.DayAppointment(
        starts_at=booked.start.isoformat(),
        ends_at=end.isoformat(),
        department=row.department,
        department_name=row.definition.department_details.name,
        number=None,
    )
    if not seen:
        return line
    return replace(
        line,
        number=row.number,
        procedure_title=row.definition.title,
        applicant_name=row.applicant_name,
        member_name=row.shown["member_name"] if row.shown else "",
        status=flow.described(row.definition, row.status),
        reception=row.reception,
    )
