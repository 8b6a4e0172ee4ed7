"""The end of what was filed: lists drawn, approved by the archives, then each request of them erased (D4).

Only what an approved list names is destroyed: neither a date nor a demand of the applicant is enough.
"""

from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests.access import use_cases as acting
from services.requests.day_list import rows as presences
from services.requests.definitions.rows import published
from services.requests.held_decisions import rows as held_decisions
from services.requests.lifecycle import use_cases as timers
from services.requests.request import commands, deadlines
from services.requests.retention import rows as retention_rows, rules as elimination, views
from services.requests.schemas import retention as ends
from services.townhall.town_time import local_day

APPROVED = "requests.approved"  # the signal that an approved list waits to be erased


def draw_list(tx: Transaction, _: Settings, asked: ends.DrawElimination) -> ends.OnElimination:
    views.only_who_runs_retention(tx)
    found = retention_rows.ended(tx, local_day(tx.now), elimination.LONGEST_LIST)
    list_id = str(tx.new_id())
    command = elimination.Draw(lines=[_line(tx, row) for row in found], by=acting.actor_of(tx).id)
    tx.execute(elimination.decider, elimination.stream(list_id), command)
    return ends.OnElimination(list_id=list_id)


def approve_list(tx: Transaction, _: Settings, asked: ends.ApproveElimination) -> ends.OnElimination:
    views.only_who_runs_retention(tx)
    actor = acting.actor_of(tx)
    command = elimination.Approve(visa=asked.visa, numbers=asked.numbers, by=actor.id, by_name=actor.name)
    tx.execute(elimination.decider, elimination.stream(asked.list_id), command)
    tx.wake(APPROVED)
    return ends.OnElimination(list_id=asked.list_id)


def erase_approved(store: Store) -> int:
    """Erases what approved lists name, each request in a transaction of its own; a killed run is taken up by the next."""
    lists: dict[str, str] = {}

    def page(tx: Transaction, after: str) -> list[str]:
        lists.update(found := retention_rows.to_erase(tx, after))
        return list(found)

    return timers.each(store, page, lambda tx, on: _erase(tx, on, lists[on.id]))


def _erase(tx: Transaction, on: acting.Opened, list_id: str) -> bool:
    erased = acting.act(tx, on, commands.Erase(definition=on.definition, elimination=list_id))
    presences.forget_request(tx, on.id)
    held_decisions.forget_request(tx, on.id)
    tx.destroy_key(on.id)
    return bool(erased)


def _line(tx: Transaction, row: retention_rows.Ended) -> elimination.Line:
    kept = deadlines.retention(published.procedure(tx.conn, row.procedure, row.version), row.closed_on)
    return elimination.Line(
        request_id=row.request_id,
        number=row.number,
        procedure=row.procedure,
        closed_on=row.closed_on.isoformat(),
        kept_until=kept.until or "",
        then=kept.then,
    )
