"""Being mailed when a slot before one's appointment frees: who may ask for it, and which slots are announced. Pure.

It holds for one appointment of an open request, as long as its holder can move that one online. A move ends it, a
cancellation too, and nothing has to be switched off. Whether the slot is still free, and who was mailed that day, is not
decided here.
"""

from datetime import datetime

from services.chassis.structs import made_of
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests import refusals
from services.requests.capacity import slots
from services.requests.capacity.slots import Slot
from services.requests.request import commands as c, events as e
from services.requests.request.state import Appointment, Request
from services.requests.schemas import tracking as schema
from services.townhall.town_time import local_day


def want(command: c.WantEarlierSlot, request: Request) -> list[e.RequestEvent]:
    """Raises a refusal where it would never lead to a mail."""
    known, appointment = request.earlier_slot, request.appointment(command.appointment_id)
    same = known is not None and known.appointment_id == command.appointment_id and known.wanted
    stands = request.is_open(command.definition)
    if not command.wanted:
        return [e.EarlierSlotUnwanted(appointment_id=command.appointment_id)] if same and stands else []
    if not stands:
        raise refusals.Closed
    if appointment is None or not appointment.booked:
        raise refusals.AppointmentUnknown
    if not slots.can_change(command.agenda, appointment.starts_at, command.now):
        raise refusals.TooLateToChange
    if not _gets_mails(request):
        raise refusals.NoEmailToAlert
    _check_day(command, appointment)
    if known and same and known.not_before == command.not_before:
        return []
    wanted = e.EarlierSlotWanted(
        appointment_id=appointment.id,
        agenda=command.agenda.slug,
        starts_at=appointment.starts_at,
        not_before=command.not_before,
    )
    return [wanted]


def _check_day(command: c.WantEarlierSlot, appointment: Appointment) -> None:
    day = command.not_before
    if day is None:
        return
    if day < local_day(command.now):
        raise refusals.DayIsPast(fields={"not_before": refusals.DayIsPast.message})
    if day > local_day(appointment.starts_at):
        raise refusals.DayAfterAppointment(fields={"not_before": refusals.DayAfterAppointment.message})


def announce(command: c.AnnounceFreedSlot, request: Request) -> list[e.RequestEvent]:
    """One fact where that slot is wanted; else nothing."""
    known, slot = request.earlier_slot, command.slot
    if known is None or not is_wanted(slot, request, command.definition, command.agenda, command.now):
        return []
    if was_announced(slot, request):
        return []
    freed = e.EarlierSlotFreed(
        slot_id=command.slot_id, appointment_id=known.appointment_id, starts_at=slot.start, ends_at=slot.end
    )
    return [freed]


def was_announced(slot: Slot, request: Request) -> bool:
    """Whether a mail for that appointment named the slot: given back again, it is not announced a second time."""
    known = request.earlier_slot
    return known is not None and any(one.starts_at == slot.start for one in known.freed)


def is_wanted(slot: Slot, request: Request, definition: Procedure, agenda: Agenda, now: datetime) -> bool:
    """Whether a mail about that slot is wanted: still, at the moment when one is decided on or written."""
    known = request.earlier_slot
    appointment = request.appointment(known.appointment_id) if known else None
    if known is None or appointment is None or not known.wanted:
        return False
    if not may_want(request, appointment, definition, agenda, now):
        return False
    soon_enough = known.not_before is None or known.not_before <= local_day(slot.start)
    return soon_enough and now < slot.start < appointment.starts_at


def may_want(request: Request, appointment: Appointment, definition: Procedure, agenda: Agenda, now: datetime) -> bool:
    """Whether the holder can be mailed, and could move the appointment then."""
    stands = appointment.booked and request.is_open(definition)
    return stands and _gets_mails(request) and slots.can_change(agenda, appointment.starts_at, now)


def shown(
    request: Request, appointment: Appointment, definition: Procedure, agenda: Agenda | None, now: datetime
) -> schema.EarlierSlot | None:
    """What its page says of it; None of an appointment that was moved or cancelled."""
    if agenda is None or not appointment.booked:
        return None
    may, known = may_want(request, appointment, definition, agenda, now), request.earlier_slot
    if known is None or known.appointment_id != appointment.id:
        return schema.EarlierSlot(may_want=may)
    return schema.EarlierSlot(
        may_want=may,
        wanted=may and known.wanted,
        not_before=known.not_before,
        freed=tuple(made_of(schema.FreedSlot, one) for one in known.freed),
    )


def _gets_mails(request: Request) -> bool:
    """At the address of the request, or of the account that holds it."""
    return not request.by_post or request.owner is not None
