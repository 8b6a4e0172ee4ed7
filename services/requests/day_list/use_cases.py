"""What agents do at the counter: note who came, add who came without an appointment, call the next one.

Each changes rows of one day under the lock of that day, so that two agents never call the same person; none changes a request.
Each is written into the journal with what was noted, as the list itself is.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.chassis.actors import Actor
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests import refusals
from services.requests.access import rows as staff_views, rules as access
from services.requests.access.use_cases import actor_of, reach, visible
from services.requests.day_list import rows, rules
from services.requests.day_list.rows import PresenceRow
from services.requests.day_list.rules import Note, Waiting
from services.requests.definitions.rows import published
from services.requests.request import rows as request_rows
from services.requests.schemas import day_list as calls
from services.requests.schemas.day_list import Presence
from services.townhall.town_time import YEARS, iso, local_day


def note_presence(tx: Transaction, settings: Settings, asked: calls.NotePresence) -> calls.PresenceNoted:
    actor = _agent(tx)
    row, _ = visible(tx, settings, asked.number)
    if asked.starts_at.year not in YEARS:
        raise refusals.AppointmentUnknown
    day = local_day(asked.starts_at)
    rules.check_day(day, local_day(tx.now))
    agenda = rows.booked_in(tx, row.request_id, asked.starts_at)
    if agenda is None:
        raise refusals.AppointmentUnknown
    tx.lock(rules.stream(agenda, day))
    known = rows.of_appointment(tx, row.request_id, asked.starts_at)
    noted = Note(presence=known.state, by_id=known.by_id) if known else Note()
    if rules.changes(noted, asked.presence, seen=asked.seen, by_id=actor.id):
        first = PresenceRow(
            id=str(tx.new_id()),
            agenda=agenda,
            day=day,
            request_id=row.request_id,
            start=asked.starts_at,
            department=row.department,
            procedure=row.procedure,
            presence=Presence.EXPECTED.value,
            arrived_at=None,
            noted_at=tx.now,
            by_id=actor.id,
            by_name=actor.name,
            sealed=None,
        )
        _note(tx, actor, replace(known or first, agenda=agenda), asked.presence)
    return calls.PresenceNoted(presence=asked.presence.value)


def add_walk_in(tx: Transaction, _: Settings, asked: calls.AddWalkIn) -> calls.WalkInAdded:
    actor, today = _agent(tx), local_day(tx.now)
    agenda, ours = _agenda(tx, actor, asked.agenda)
    hidden = reach(tx).hidden
    chosen = next((one for one in ours if one.slug == asked.procedure and one.slug not in hidden), None)
    if asked.procedure and chosen is None:
        raise rules.NotOfAgenda(fields={"procedure": rules.NotOfAgenda.message})
    tx.lock(rules.stream(agenda.slug, today))
    added = PresenceRow(
        id=str(tx.new_id()),
        agenda=agenda.slug,
        day=today,
        request_id=None,
        start=None,
        department=rules.department_of(agenda, chosen, ours, actor.departments),
        procedure=chosen.slug if chosen else None,
        presence=Presence.EXPECTED.value,
        arrived_at=None,
        noted_at=tx.now,
        by_id=actor.id,
        by_name=actor.name,
        sealed=rows.sealed_name(tx, today, " ".join(asked.name.split())),
    )
    _note(tx, actor, added, Presence.ARRIVED)
    return calls.WalkInAdded(walk_in_id=added.id)


def note_walk_in(tx: Transaction, _: Settings, asked: calls.NoteWalkIn) -> calls.PresenceNoted:
    actor = _agent(tx)
    found = _seen(tx, rows.walk_in(tx, asked.walk_in_id))
    if found is None:
        raise rules.WalkInUnknown
    rules.check_day(found.day, local_day(tx.now))
    tx.lock(rules.stream(found.agenda, found.day))
    known = rows.walk_in(tx, asked.walk_in_id)  # as it stands under the lock
    if known is None:
        raise rules.WalkInUnknown
    noted = Note(presence=known.state, by_id=known.by_id)
    if rules.changes(noted, asked.presence, seen=asked.seen, by_id=actor.id):
        _note(tx, actor, known, asked.presence)
    return calls.PresenceNoted(presence=asked.presence.value)


def call_next(tx: Transaction, _: Settings, asked: calls.CallNext) -> calls.Called:
    actor, today = _agent(tx), local_day(tx.now)
    agenda, _ours = _agenda(tx, actor, asked.agenda)
    tx.lock(rules.stream(agenda.slug, today))
    waiting = {row.id: row for row in rows.waiting(tx, agenda.slug, today, reach(tx))}
    chosen = rules.next_of(map(_waiting, waiting.values()))
    if chosen is None:
        raise rules.NobodyWaits
    row = waiting[chosen.id]
    _note(tx, actor, row, Presence.CALLED)
    if row.request_id is None or row.start is None:
        return calls.Called(walk_in_id=row.id)
    number = request_rows.numbers_of(tx, [row.request_id])[row.request_id]
    return calls.Called(number=number, starts_at=row.start.isoformat())


def _agent(tx: Transaction) -> Actor:
    """Raises NotAllowed for anyone but an agent who reads requests and handles appointments."""
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    access.require(actor, "manage_appointments")
    return actor


def _agenda(tx: Transaction, actor: Actor, slug: str) -> tuple[Agenda, Sequence[Procedure]]:
    """The agenda with the procedures of the actor's departments that are filed with it; raises AgendaOfAnother where it is none
    of theirs, or none at all."""
    agenda = next((one for one in published.agendas(tx.conn) if one.slug == slug), None)
    offered = published.offered(tx.conn)
    if agenda is None or not rules.serves(agenda, offered, actor.departments):
        raise rules.AgendaOfAnother
    return agenda, rules.filed_there(agenda, offered, actor.departments)


def _seen(tx: Transaction, row: PresenceRow | None) -> PresenceRow | None:
    return row if row and reach(tx).holds(row.department, row.procedure) else None


def _waiting(row: PresenceRow) -> Waiting:
    return Waiting(id=row.id, arrived_at=row.arrived_at or row.noted_at, starts_at=row.start)


def _note(tx: Transaction, actor: Actor, row: PresenceRow, presence: Presence) -> None:
    """Writes that down, or takes the row away where nothing is noted any more; in the journal too."""
    if presence is Presence.EXPECTED:
        rows.delete(tx, row.id)
    else:
        rows.write(tx, _as_noted(row, presence, actor, tx))
    said = {"day": row.day.isoformat(), "agenda": row.agenda, "presence": presence.value, "at": iso(tx.now)}
    staff_views.record_list(tx, "presence", said, [row.request_id] if row.request_id else [])


def _as_noted(row: PresenceRow, presence: Presence, actor: Actor, tx: Transaction) -> PresenceRow:
    """The arrival keeps its hour when a call is taken back, and begins anew after an absence."""
    arrived = {Presence.ARRIVED: row.arrived_at or tx.now, Presence.CALLED: row.arrived_at}.get(presence)
    return replace(
        row,
        presence=presence.value,
        arrived_at=arrived,
        noted_at=tx.now,
        by_id=actor.id,
        by_name=actor.name,
    )
