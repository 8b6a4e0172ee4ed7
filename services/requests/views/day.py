"""The day's list: who comes to the counter today, agenda by agenda, for the agents of its department."""

from datetime import date, datetime, timedelta
from typing import Any

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import access, flow, refusals, slot_rows, slots, staff_views
from services.requests.definitions import heard
from services.requests.offer import Definition
from services.requests.slot_rows import Booked
from services.requests.use_cases.acting import actor_of
from services.requests.views.receipt import place
from services.requests.views.week import YEARS
from services.townhall.town_time import local_day, start_of_day

Json = dict[str, Any]


def day_list(tx: Transaction, _: Settings, day: date | None) -> Json:
    """The appointments of a day (today by default): in the actor's agendas, and of the actor's departments elsewhere.

    An agenda may serve several departments. In the actor's own agendas, another department's appointment is told as a
    time that is taken, without number or name: who comes is seen by the department that has the request.
    Raises NotAllowed for anyone but an agent who may read requests, DayUnknown outside the calendars.
    """
    actor = actor_of(tx)
    if not access.is_staff(actor):
        raise refusals.NotAllowed
    access.require(actor, "read_requests")
    day = day or local_day(tx.now)
    if day.year not in YEARS:
        raise refusals.DayUnknown
    agendas = heard.agendas(tx.conn)
    first, last = start_of_day(day), start_of_day(day + timedelta(days=1))
    booked = slot_rows.booked(tx, [agenda["slug"] for agenda in agendas], first, last)
    lists = [_agenda(agenda, booked, actor.departments, day) for agenda in agendas]
    seen = [one.row for one in booked if one.row.department in actor.departments]
    staff_views.record_list(tx, "day_list", {"day": day.isoformat()}, (row.request_id for row in seen))
    shown = [told for told in lists if told["department"] in actor.departments or told["appointments"]]
    return {
        "day": day.isoformat(),
        "today": local_day(tx.now).isoformat(),
        "previous": (day - timedelta(days=1)).isoformat(),
        "next": (day + timedelta(days=1)).isoformat(),
        "next_taken": _next_taken(tx, agendas, actor.departments, last),
        "agendas": shown,
        "total": sum(len(told["appointments"]) for told in shown),
    }


def _next_taken(
    tx: Transaction, agendas: list[Definition], departments: tuple[str, ...], after: datetime
) -> str | None:
    """The first day from then on, and not before today, on which this list would tell of an appointment."""
    today = start_of_day(local_day(tx.now))
    names = [agenda["slug"] for agenda in agendas]
    ours = [agenda["slug"] for agenda in agendas if agenda["department"] in departments]
    start = slot_rows.next_booked(tx, names, ours, departments, max(after, today))
    return local_day(start).isoformat() if start else None


def _agenda(agenda: Definition, booked: list[Booked], departments: tuple[str, ...], day: date) -> Json:
    ours = agenda["department"] in departments
    here = [one for one in booked if one.agenda == agenda["slug"]]
    return {
        "slug": agenda["slug"],
        "title": agenda["title"],
        "department": agenda["department"],
        "place": place(agenda),
        "closed_reason": slots.closed_reason(agenda, day),
        "appointments": [
            _appointment(agenda, one, seen=one.row.department in departments)
            for one in here
            if ours or one.row.department in departments
        ],
    }


def _appointment(agenda: Definition, booked: Booked, *, seen: bool) -> Json:
    row = booked.row
    slot = slots.slot_at(agenda, booked.start)
    end = slot.end if slot else booked.start + timedelta(minutes=int(agenda["slot_minutes"]))
    told: Json = {
        "starts_at": booked.start.isoformat(),
        "ends_at": end.isoformat(),
        "department": row.department,
        "department_name": row.definition["department_details"]["name"],
        "number": None,
    }
    if not seen:
        return told
    return told | {
        "number": row.number,
        "procedure_title": row.definition["title"],
        "applicant_name": row.applicant_name,
        "member_name": row.shown["member_name"] if row.shown else "",
        "status": flow.described(row.definition, row.status),
        "reception": row.reception,
    }
