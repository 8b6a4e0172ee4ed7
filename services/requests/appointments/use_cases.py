"""Appointments of a filed request: added, moved, cancelled; the slot is taken and given back in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.agendas import Agenda
from services.requests import refusals
from services.requests.access import rules as access
from services.requests.access.use_cases import Opened, act, actor_of, opened
from services.requests.appointments import rows as slot_rows
from services.requests.capacity import use_cases as capacity
from services.requests.request import commands, events as e
from services.requests.schemas.appointments import (
    AddAppointment,
    Booked,
    CancelAppointment,
    MoveAppointment,
    WantEarlierSlot,
)
from services.requests.schemas.shapes import OnRequest
from services.requests.schemas.statuses import Status
from services.townhall.grants import Side

SLOT_FREED = "requests.slot_freed"
"""The signal that a slot was given back which a request may want."""


def add_appointment(tx: Transaction, settings: Settings, asked: AddAppointment) -> Booked:
    on = _opened(tx, settings, asked)
    agenda = _agenda(on)
    slot = capacity.appointment(tx, agenda, asked.start)
    command = commands.AddAppointment(slot=slot, by=on.by, definition=on.definition, now=tx.now)
    act(tx, on, command)
    capacity.take_slot(tx, on.id, slot, agenda)
    return Booked(number=on.row.number, appointment_id=slot.appointment_id)


def move_appointment(tx: Transaction, settings: Settings, asked: MoveAppointment) -> Booked:
    on = _opened(tx, settings, asked)
    agenda = _agenda(on)
    old = on.request.appointment(asked.appointment_id)
    if old is None:
        raise refusals.AppointmentUnknown
    if old.booked and old.starts_at == asked.start:
        raise refusals.SlotAlreadyYours
    slot = capacity.appointment(tx, agenda, asked.start)
    command = commands.MoveAppointment(
        appointment_id=old.id, slot=slot, by=on.by, definition=on.definition, agenda=agenda, now=tx.now
    )
    act(tx, on, command)
    tx.lock(*{capacity.day_of(old.agenda, old.starts_at), capacity.day_of(slot.agenda, slot.starts_at)})
    capacity.take_slot(tx, on.id, slot, agenda)
    _free(tx, on, old.agenda, old.starts_at)
    return Booked(number=on.row.number, appointment_id=slot.appointment_id)


def cancel_appointment(tx: Transaction, settings: Settings, asked: CancelAppointment) -> OnRequest:
    on = _opened(tx, settings, asked)
    command = commands.CancelAppointment(
        appointment_id=asked.appointment_id, by=on.by, definition=on.definition, agenda=_agenda(on), now=tx.now
    )
    give_back(tx, on, act(tx, on, command))
    return OnRequest(number=on.row.number)


def want_earlier_slot(tx: Transaction, settings: Settings, asked: WantEarlierSlot) -> OnRequest:
    on = opened(tx, settings, asked.number, only=Side.CITIZEN)
    command = commands.WantEarlierSlot(
        appointment_id=asked.appointment_id,
        wanted=asked.wanted,
        not_before=asked.not_before,
        definition=on.definition,
        agenda=_agenda(on),
        now=tx.now,
    )
    act(tx, on, command)
    return OnRequest(number=on.row.number)


def _opened(tx: Transaction, settings: Settings, asked: AddAppointment | MoveAppointment | CancelAppointment) -> Opened:
    on = opened(tx, settings, asked.number, seen=asked.version)
    if on.side is Side.TOWN:
        access.require(actor_of(tx), "manage_appointments")
    return on


def _agenda(on: Opened) -> Agenda:
    if on.row.agenda_definition is None:
        raise refusals.NoAppointment
    return on.row.agenda_definition


def give_back(tx: Transaction, on: Opened, happened: Sequence[Recorded[e.RequestEvent]]) -> None:
    """Frees the slots of the appointments that have just been cancelled, and the place of a request that has just been
    withdrawn; locks them all at once."""
    facts = [one.event for one in happened]
    off = [fact for fact in facts if isinstance(fact, e.AppointmentCancelled)]
    place = on.request.quota if any(_withdraws(fact) for fact in facts) else None
    streams = {*(capacity.day_of(one.agenda, one.starts_at) for one in off), *filter(None, (place,))}
    if len(streams) > 1:
        tx.lock(*streams)
    for one in off:
        _free(tx, on, one.agenda, one.starts_at)
    if place:
        capacity.release_place(tx, place, on.id)


def _free(tx: Transaction, on: Opened, agenda: str, start: datetime) -> None:
    capacity.release_slot(tx, on.id, agenda, start)
    if slot_rows.note_freed(tx, agenda, start):
        tx.wake(SLOT_FREED)


def _withdraws(fact: e.RequestEvent) -> bool:
    changed = isinstance(fact, e.RequestStatusChanged) and fact.to_status == Status.CANCELLED
    return changed or isinstance(fact, e.RequestCancelled)
