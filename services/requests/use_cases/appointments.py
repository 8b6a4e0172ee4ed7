"""Appointments of a filed request: added, moved, cancelled; the slot is taken and given back in the same transaction."""

from datetime import datetime
from typing import Any

from services.chassis.settings import Settings
from services.chassis.transaction import Transaction
from services.requests import access, commands, refusals
from services.requests.definitions import Definition
from services.requests.use_cases import capacity
from services.requests.use_cases.acting import Opened, act, actor_of, opened

Json = dict[str, Any]


def add_appointment(tx: Transaction, settings: Settings, number: str, start: datetime, seen: int) -> Json:
    on = _opened(tx, settings, number, seen)
    agenda = _agenda(on)
    slot = capacity.appointment(tx, agenda, start)
    command = commands.AddAppointment(slot=slot, by=on.by, definition=on.definition, now=tx.now)
    if act(tx, on, command):
        capacity.take_slot(tx, on.id, slot, agenda)
    return {"number": on.row.number, "appointment_id": slot.appointment_id}


def move_appointment(
    tx: Transaction, settings: Settings, number: str, appointment_id: str, start: datetime, seen: int
) -> Json:
    """The old slot is free and the new one taken at the same instant, or nothing moves."""
    on = _opened(tx, settings, number, seen)
    agenda = _agenda(on)
    old = on.request.appointment(appointment_id)
    if old is None:
        raise refusals.AppointmentUnknown
    slot = capacity.appointment(tx, agenda, start)
    command = commands.MoveAppointment(
        appointment_id=appointment_id, slot=slot, by=on.by, definition=on.definition, agenda=agenda, now=tx.now
    )
    if act(tx, on, command):
        tx.lock(*{capacity.day_of(old.agenda, old.starts_at), capacity.day_of(slot.agenda, slot.starts_at)})
        capacity.take_slot(tx, on.id, slot, agenda)
        capacity.release_slot(tx, on.id, old.agenda, old.starts_at)
    return {"number": on.row.number, "appointment_id": slot.appointment_id}


def cancel_appointment(tx: Transaction, settings: Settings, number: str, appointment_id: str, seen: int) -> Json:
    on = _opened(tx, settings, number, seen)
    old = on.request.appointment(appointment_id)
    command = commands.CancelAppointment(
        appointment_id=appointment_id, by=on.by, definition=on.definition, agenda=_agenda(on), now=tx.now
    )
    if act(tx, on, command) and old:
        capacity.release_slot(tx, on.id, old.agenda, old.starts_at)
    return {"number": on.row.number}


def _opened(tx: Transaction, settings: Settings, number: str, seen: int) -> Opened:
    on = opened(tx, settings, number, seen=seen)
    if on.side == access.TOWN:
        access.require(actor_of(tx), "manage_appointments")
    return on


def _agenda(on: Opened) -> Definition:
    if on.row.agenda_definition is None:
        raise refusals.NoAppointment
    return on.row.agenda_definition
