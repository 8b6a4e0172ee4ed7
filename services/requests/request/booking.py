"""Appointments of one request: one booked at a time, moved within the town's limits. Pure.

A move is a new appointment; the old one stays in sight, cancelled. Whether the slot is free is decided by the stream of
its day, in the same transaction (`services/requests/capacity/rules.py`). Agents are not held by the citizens' limits of time.
"""

from collections.abc import Iterable
from datetime import datetime

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests import refusals
from services.requests.capacity import slots
from services.requests.capacity.slots import ChosenSlot
from services.requests.request import commands as c, events as e
from services.requests.request.state import Appointment, Request


def booked(slot: ChosenSlot, *, by: str, imported: bool = False) -> e.AppointmentBooked:
    return e.AppointmentBooked(
        appointment_id=slot.appointment_id,
        agenda=slot.agenda,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        by=by,
        imported=imported,
    )


def add(command: c.AddAppointment, request: Request) -> list[e.RequestEvent]:
    if request.appointment(command.slot.appointment_id):
        return []
    if not request.is_open(command.definition):
        raise refusals.Closed
    if command.definition.appointment.mode == "none":
        raise refusals.NoAppointment
    if request.upcoming(command.now):
        raise refusals.AppointmentExists
    return [booked(command.slot, by=command.by)]


def move(command: c.MoveAppointment, request: Request) -> list[e.RequestEvent]:
    if request.appointment(command.slot.appointment_id):
        return []
    old = _to_change(command.definition, request, command.appointment_id, command.now)
    if old.starts_at == command.slot.starts_at and old.agenda == command.slot.agenda:
        return []
    if command.by == "citizen" and not slots.can_change(command.agenda, old.starts_at, command.now):
        raise refusals.TooLateToChange
    other = request.upcoming(command.now)
    if other and other.id != old.id:  # the old one is over, and the next is agreed already
        raise refusals.AppointmentExists
    return [
        e.AppointmentRescheduled(
            appointment_id=command.slot.appointment_id,
            replaces=old.id,
            agenda=command.slot.agenda,
            starts_at=command.slot.starts_at,
            ends_at=command.slot.ends_at,
            previous_starts_at=old.starts_at,
            by=command.by,
        )
    ]


def cancel(command: c.CancelAppointment, request: Request) -> list[e.RequestEvent]:
    known = request.appointment(command.appointment_id)
    if known and not known.booked:
        return []
    old = _to_change(command.definition, request, command.appointment_id, command.now)
    if not may_cancel(command.definition, request):
        raise refusals.AppointmentMandatory
    if command.by == "citizen" and not slots.can_cancel(command.agenda, old.starts_at, command.now):
        raise refusals.TooLateToChange
    return [_cancelled(old, command.by, with_request=False)]


def cancelled_with_request(booked: Iterable[Appointment], by: str, *, mailed: bool) -> list[e.RequestEvent]:
    """The appointments end with the request. `mailed`: a mail says how the request ended, and this."""
    return [_cancelled(one, "citizen" if by == "citizen" else "agent", with_request=mailed) for one in booked]


def may_change(definition: Procedure, request: Request, appointment: Appointment, now: datetime) -> bool:
    """Whether it may still be moved or cancelled: while the request is open, and of one that is closed until it begins. What is
    archived stays as it is."""
    return request.is_open(definition) or (not request.archived and appointment.has_not_begun(now))


def may_cancel(definition: Procedure, request: Request) -> bool:
    """One that the procedure requires is moved, or the request is cancelled instead (K6): so long as it can be."""
    return definition.appointment.mode != "required" or not request.is_open(definition)


def _to_change(definition: Procedure, request: Request, appointment_id: str, now: datetime) -> Appointment:
    known = request.appointment(appointment_id)
    if known is None or not known.booked:
        raise refusals.AppointmentUnknown if request.is_open(definition) else refusals.Closed
    if not may_change(definition, request, known, now):
        raise refusals.Closed
    return known


def _cancelled(appointment: Appointment, by: str, *, with_request: bool) -> e.AppointmentCancelled:
    return e.AppointmentCancelled(
        appointment_id=appointment.id,
        agenda=appointment.agenda,
        starts_at=appointment.starts_at,
        by=by,
        with_request=with_request,
    )
