"""Who comes to the counter on a day, agenda by agenda, for the agents of its departments: who is there, who is late, what is free."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import Struct, made_of
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests import refusals
from services.requests.access import rows as staff_views, rules as access
from services.requests.access.rules import Reach
from services.requests.access.use_cases import actor_of, reach
from services.requests.appointments import rows as slot_rows
from services.requests.appointments.rows import Booked
from services.requests.capacity import slots
from services.requests.day_list import rows, rules
from services.requests.day_list.rows import PresenceRow
from services.requests.definitions import alerts
from services.requests.definitions.rows import published
from services.requests.filing.views import place
from services.requests.forms import applicant
from services.requests.request import events as e, flow
from services.requests.schemas import day_list as calls
from services.requests.schemas.day_list import Presence
from services.townhall.town_time import YEARS, local_day, start_of_day
from services.townhall.untyped import text

SEVERAL_LABELS = "Numéro"
Filed = Mapping[str, e.RequestSubmitted]
"""By request, as it was filed: what its applicant typed."""


class Day(Struct):
    """What was read of one day for one reader. `reach`: what that agent may see; `may_note`: whether the reader handles appointments."""

    day: date
    now: datetime
    reach: Reach
    may_note: bool
    booked: Sequence[Booked]
    presences: Sequence[PresenceRow]
    used: Mapping[tuple[str, datetime], int]
    filed: Filed
    offered: Sequence[Procedure]

    @property
    def ours(self) -> tuple[str, ...]:
        return self.reach.departments


def day_list(tx: Transaction, _: Settings, asked: calls.ListDay) -> calls.DayList:
    """The appointments of a day (today by default): in the actor's agendas, and of the actor's departments elsewhere; with who
    came without one, and the slots that are still free. As many statements for a hundred appointments as for one.

    An agenda may serve several departments. In the actor's own agendas, an appointment of a request that the actor may not see,
    of another department or of a confidential procedure, is shown as a time that is taken, without number or name.
    Raises NotAllowed for anyone but an agent who may read requests, DayUnknown outside the calendars.
    """
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    today = local_day(tx.now)
    day = asked.day or today
    if day.year not in YEARS:
        raise refusals.DayUnknown
    agendas = published.agendas(tx.conn)
    names = [agenda.slug for agenda in agendas]
    first, last = start_of_day(day), start_of_day(day + timedelta(days=1))
    # before the rest is read: what happens meanwhile is news
    mark = rows.mark(tx, _watched(tx, actor.departments), day, last)
    booked = slot_rows.booked(tx, names, first, last)
    sight = reach(tx)
    seen = [one.row for one in booked if sight.holds(one.row.department, one.row.procedure)]
    read = Day(
        day=day,
        now=tx.now,
        reach=sight,
        may_note=access.may(actor, "manage_appointments"),
        booked=booked,
        presences=rows.of_day(tx, names, day) if rules.notable(day, today) else (),
        used=slot_rows.counted(tx, names, max(first, tx.now), last) if day >= today else {},
        filed=_filed(tx, [row.stream for row in seen]),
        offered=published.offered(tx.conn),
    )
    staff_views.record_list(tx, "day_list", {"day": day.isoformat()}, (row.request_id for row in seen))
    lists = [_agenda(tx, agenda, read) for agenda in agendas]
    shown = tuple(one for one in lists if one.department in actor.departments or one.appointments or one.walk_ins)
    return calls.DayList(
        day=day.isoformat(),
        today=today.isoformat(),
        previous=(day - timedelta(days=1)).isoformat(),
        next=(day + timedelta(days=1)).isoformat(),
        next_taken=_next_taken(tx, agendas, actor.departments, last),
        agendas=shown,
        total=sum(len(one.appointments) for one in shown),
        notable=read.may_note and rules.notable(day, today),
        mark=mark,
    )


def day_mark(tx: Transaction, _: Settings, asked: calls.ReadDayMark) -> calls.DayMark:
    """Raises as `day_list`."""
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    day = asked.day or local_day(tx.now)
    if day.year not in YEARS:
        raise refusals.DayUnknown
    last = start_of_day(day + timedelta(days=1))
    return calls.DayMark(mark=rows.mark(tx, _watched(tx, actor.departments), day, last))


def _watched(tx: Transaction, departments: Sequence[str]) -> list[str]:
    """The agendas of which a change is news for agents of these departments."""
    offered = published.offered(tx.conn)
    return [one.slug for one in published.agendas(tx.conn) if rules.serves(one, offered, departments)]


def _filed(tx: Transaction, streams: Sequence[str]) -> Filed:
    found: Mapping[str, Recorded[e.RequestEvent]] = tx.firsts(streams) if streams else {}
    return {one.subject: one.event for one in found.values() if isinstance(one.event, e.RequestSubmitted)}


def _next_taken(tx: Transaction, agendas: list[Agenda], departments: tuple[str, ...], after: datetime) -> str | None:
    """The first day with an appointment that this list would show, from then on and from today on."""
    today = start_of_day(local_day(tx.now))
    names = [agenda.slug for agenda in agendas]
    ours = [agenda.slug for agenda in agendas if agenda.department in departments]
    start = slot_rows.next_booked(tx, names, ours, departments, max(after, today))
    return local_day(start).isoformat() if start else None


def _agenda(tx: Transaction, agenda: Agenda, read: Day) -> calls.DayAgenda:
    ours, filed_there = agenda.department in read.ours, rules.filed_there(agenda, read.offered, read.ours)
    here = [one for one in read.booked if one.agenda == agenda.slug]
    noted = {(one.request_id, one.start): one for one in read.presences if one.agenda == agenda.slug}
    appointments = [_appointment(agenda, one, read, noted) for one in here if ours or one.row.department in read.ours]
    walk_ins = [
        _walk_in(tx, one, read)
        for one in read.presences
        if one.agenda == agenda.slug and one.request_id is None and read.reach.holds(one.department, one.procedure)
    ]
    serves = ours or bool(filed_there)
    return calls.DayAgenda(
        slug=agenda.slug,
        title=agenda.title,
        department=agenda.department,
        place=place(agenda),
        closed_reason=slots.closed_reason(agenda, read.day),
        appointments=tuple(appointments),
        walk_ins=tuple(walk_ins),
        free_slots=_free_slots(agenda, read) if read.may_note and serves else (),
        procedures=tuple(
            calls.DayProcedure(slug=one.slug, title=one.title)
            for one in filed_there
            if one.slug not in read.reach.hidden
        ),
        reference_label=_one_label(
            [*map(alerts.reference_label, filed_there), *(one.reference_label for one in appointments)]
        ),
        waiting=sum(one.presence == Presence.ARRIVED for one in (*appointments, *walk_ins)),
        may_note=read.may_note and serves and rules.notable(read.day, local_day(read.now)),
    )


def _one_label(labels: Iterable[str]) -> str:
    """What the numbers of all are called."""
    known = set(filter(None, labels))
    return next(iter(known)) if len(known) == 1 else SEVERAL_LABELS if known else ""


def _free_slots(agenda: Agenda, read: Day) -> tuple[calls.SlotToGive, ...]:
    """Those that an agent may still give."""
    found = [
        calls.SlotToGive(start=slot.start.isoformat(), end=slot.end.isoformat(), free=free)
        for slot in slots.slots_on(agenda, read.day)
        if slots.in_window(agenda, slot.start, read.now, by_agent=True)
        and (free := agenda.capacity - read.used.get((agenda.slug, slot.start), 0)) > 0
    ]
    return tuple(found)


def _appointment(
    agenda: Agenda, booked: Booked, read: Day, noted: Mapping[tuple[str | None, datetime | None], PresenceRow]
) -> calls.DayAppointment:
    row = booked.row
    slot = slots.slot_at(agenda, booked.start)
    end = slot.end if slot else booked.start + timedelta(minutes=agenda.slot_minutes)
    line = calls.DayAppointment(
        starts_at=booked.start.isoformat(),
        ends_at=end.isoformat(),
        department=row.department,
        department_name=row.definition.department_details.name,
        number=None,
    )
    if not read.reach.holds(row.department, row.procedure):
        return replace(line, confidential=row.department in read.ours)
    known, filed = noted.get((row.request_id, booked.start)), read.filed.get(row.request_id)
    answers: Mapping[str, object] = (filed.answers or {}) if filed else {}
    who: Mapping[str, object] = (filed.applicant or {}) if filed else {}
    presence = known.state if known else Presence.EXPECTED
    return made_of(
        calls.DayAppointment,
        line,
        _noted(known),
        number=row.number,
        procedure_title=row.definition.title,
        applicant_name=row.applicant_name,
        member_name=row.shown["member_name"] if row.shown else "",
        status=flow.described(row.definition, row.status),
        reception=row.reception,
        reason=alerts.reason(row.definition, answers),
        reference=alerts.reference(row.definition, answers),
        reference_label=alerts.reference_label(row.definition),
        confidential=row.definition.confidential,
        phone=text(applicant.with_one_phone(who).get("phone")),
        late=rules.is_late(booked.start, presence, read.now),
    )


def _walk_in(tx: Transaction, row: PresenceRow, read: Day) -> calls.WalkIn:
    asked = next((one for one in read.offered if one.slug == row.procedure), None)
    return made_of(
        calls.WalkIn,
        _noted(row),
        id=row.id,
        name=rows.name_of(tx, row),
        department=row.department,
        procedure=row.procedure,
        procedure_title=asked.title if asked else "",
        confidential=asked is not None and asked.confidential,
    )


def _noted(row: PresenceRow | None) -> calls.Noted:
    if row is None:
        return calls.Noted()
    return calls.Noted(
        presence=row.presence,
        arrived_at=row.arrived_at.isoformat() if row.arrived_at else None,
        noted_at=row.noted_at.isoformat(),
        noted_by=row.by_name,
    )
