"""Places and slots inside a transaction: locked after the request's stream where there is one, in one go, and never again."""

from datetime import datetime

from services.chassis.event_store.transaction import Transaction
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.capacity import places, rules as cap, slots
from services.requests.capacity.holders import Holders
from services.requests.capacity.slots import ChosenSlot
from services.requests.definitions import days
from services.requests.schemas import quotas
from services.requests.schemas.refusals import SlotNotOffered
from services.townhall.town_time import local_day


def day_of(agenda: str, start: datetime) -> str:
    """The stream that owns the slots of that local day."""
    return cap.day_stream(agenda, local_day(start).isoformat())


def offered(tx: Transaction, agenda: Agenda, start: datetime) -> slots.Slot:
    """The slot that starts then; raises SlotNotOffered outside openings and the actor's booking window."""
    slot = slots.slot_at(agenda, start)
    if slot is None or not slots.in_window(agenda, start, tx.now, by_agent=by_agent(tx)):
        raise SlotNotOffered
    return slot


def by_agent(tx: Transaction) -> bool:
    return tx.actor is not None and tx.actor.kind == "agent"


def free_slot(tx: Transaction, agenda: Agenda, start: datetime) -> slots.Slot | None:
    """The slot that starts then, where it can be booked now. Without a lock: good for showing, not for deciding."""
    slot = slots.slot_at(agenda, start)
    if slot is None or not slots.in_window(agenda, start, tx.now):
        return None
    day, _ = tx.fold(cap.day_decider, day_of(agenda.slug, start))
    return slot if day.free(start, agenda.capacity, tx.now) else None


def appointment(tx: Transaction, agenda: Agenda, start: datetime, *, checked: bool = True) -> ChosenSlot:
    """A slot with the id that its appointment will have; an import does not check the booking window."""
    slot = offered(tx, agenda, start) if checked else slots.slot_at(agenda, start)
    if slot is None:
        raise SlotNotOffered
    return ChosenSlot(appointment_id=str(tx.new_id()), agenda=agenda.slug, starts_at=slot.start, ends_at=slot.end)


def hold_slot(
    tx: Transaction, request_id: str, start: datetime, agenda: Agenda, *, holders: tuple[str, ...], multiplier: float
) -> datetime:
    """Until when the slot is held. Raises SlotGone and TooManyThatDay as taking it does, and TooManyHolds."""
    day = day_of(agenda.slug, start)
    command = cap.HoldSlot(
        request_id=request_id,
        start=start,
        capacity=agenda.capacity,
        now=tx.now,
        holders=holders,
        most_of_one=_most_of_one(agenda, start, multiplier),
    )
    tx.execute(cap.day_decider, day, command)
    return tx.load(cap.day_decider, day)[0].held[request_id].until


def take_slot(
    tx: Transaction,
    request_id: str,
    slot: ChosenSlot,
    agenda: Agenda,
    *,
    holders: tuple[str, ...] = (),
    multiplier: float = 1,
) -> None:
    """Raises SlotGone, and TooManyThatDay where one of the holders has as many slots of the day as one may."""
    command = cap.TakeSlot(
        request_id=request_id,
        appointment_id=slot.appointment_id,
        start=slot.starts_at,
        capacity=agenda.capacity,
        now=tx.now,
        holders=holders,
        most_of_one=_most_of_one(agenda, slot.starts_at, multiplier),
    )
    tx.execute(cap.day_decider, day_of(slot.agenda, slot.starts_at), command)


def _most_of_one(agenda: Agenda, start: datetime, multiplier: float) -> int:
    room = len(slots.slots_on(agenda, local_day(start))) * agenda.capacity
    return cap.most_of_one(room, multiplier)


def release_slot(tx: Transaction, request_id: str, agenda: str, start: datetime) -> None:
    tx.execute(cap.day_decider, day_of(agenda, start), cap.ReleaseSlot(request_id=request_id, start=start))


def quota_of(definition: Procedure, at: datetime) -> str | None:
    """The stream that holds the places of that period; None for a procedure without quota."""
    quota = definition.quota
    return quota and cap.quota_stream(definition.slug, days.period_key(quota.period, at))


def take_place(
    tx: Transaction,
    stream: str,
    definition: Procedure,
    request_id: str,
    holders: Holders,
    *,
    code_given: bool = False,
    multiplier: float,
) -> None:
    """Raises QuotaFull, TooManyForOne, TooManyFromAddress, and SecurityCodeRequired where the address needs one;
    `multiplier` stretches what one address may take."""
    if (quota := definition.quota) is None:
        raise ValueError(f"{definition.slug} has no quota")
    command = cap.TakePlace(
        request_id=request_id,
        holders=holders,
        quota=quota,
        procedure=definition.slug,
        period=days.period_key(quota.period, tx.now),
        reopens_at=days.period_ends(quota.period, tx.now),
        code_given=code_given,
        multiplier=multiplier,
    )
    tx.execute(cap.quota_decider, stream, command)


def quota_now(tx: Transaction, definition: Procedure) -> quotas.Quota | None:
    """Whether places are left now; None without a quota."""
    quota, stream = definition.quota, quota_of(definition, tx.now)
    if quota is None or stream is None:
        return None
    state, _ = tx.fold(cap.quota_decider, stream)
    return quotas.Quota(
        reached=state.left(quota.number) == 0,
        message=quota.message,
        reopens_at=days.period_ends(quota.period, tx.now).isoformat(),
        place=places.of_filing(definition, tx.now),
    )


def release_place(tx: Transaction, stream: str, request_id: str) -> None:
    tx.execute(cap.quota_decider, stream, cap.ReleasePlace(request_id=request_id))
