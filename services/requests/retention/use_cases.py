"""The end of what was filed: lists drawn, approved by the archives, then each request of them erased (D4).

Only what an approved list names is destroyed: neither a date nor a demand of the applicant is enough.
"""

from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction, folded
from services.chassis.settings import Settings
from services.requests import refusals
from services.requests.access import rows as journal, rules as access, use_cases as acting
from services.requests.access.use_cases import act, actor_of
from services.requests.definitions.rows import published
from services.requests.lifecycle import use_cases as timers
from services.requests.request import commands, deadlines
from services.requests.retention import rows as retention_rows, rules as elimination
from services.requests.schemas import retention as ends
from services.townhall.town_time import local_day

APPROVED = "requests.approved"  # the signal that an approved list waits to be erased


def draw_list(tx: Transaction, _: Settings, asked: ends.DrawElimination) -> ends.OnElimination:
    _only_who_runs_retention(tx)
    found = retention_rows.ended(tx, local_day(tx.now), elimination.LONGEST_LIST)
    list_id = str(tx.new_id())
    command = elimination.Draw(lines=[_line(tx, row) for row in found], by=actor_of(tx).id)
    tx.execute(elimination.decider, elimination.stream(list_id), command)
    return ends.OnElimination(list_id=list_id)


def approve_list(tx: Transaction, _: Settings, asked: ends.ApproveElimination) -> ends.OnElimination:
    _only_who_runs_retention(tx)
    actor = actor_of(tx)
    command = elimination.Approve(visa=asked.visa, numbers=asked.numbers, by=actor.id, by_name=actor.name)
    tx.execute(elimination.decider, elimination.stream(asked.list_id), command)
    tx.wake(APPROVED)
    return ends.OnElimination(list_id=asked.list_id)


def show_list(tx: Transaction, _: Settings, asked: ends.ReadElimination) -> ends.Elimination:
    """The list with what became of each of its requests, for whom it is a look that is recorded; raises EliminationUnknown."""
    list_id = asked.list_id
    _only_who_runs_retention(tx)
    recorded = tx.history(elimination.stream(list_id))
    if not recorded:
        raise refusals.EliminationUnknown
    state = folded(elimination.decider, recorded)[0]
    journal.record_list(tx, "elimination", {"list": list_id}, (line.request_id for line in state.lines))
    procedures = {line.procedure for line in state.lines}
    erasures = retention_rows.erasures_of(tx, [line.request_id for line in state.lines])
    titles = {slug: published.current(tx.conn, slug).definition.title for slug in procedures}
    return ends.Elimination(
        list_id=list_id,
        drawn_at=recorded[0].time.isoformat(),
        visa=state.visa or None,
        approved_at=recorded[-1].time.isoformat() if state.approved else None,
        approved_by=state.approved_by or None,
        lines=tuple(
            ends.EliminationLine(
                number=line.number,
                procedure=line.procedure,
                title=titles[line.procedure],
                closed_on=line.closed_on,
                kept_until=line.kept_until,
                then=line.then,
                erasure=erasures.get(line.request_id),
                approved=line.request_id in state.approved,
            )
            for line in state.lines
        ),
    )


def show_lists(tx: Transaction, _: Settings, asked: ends.ListEliminations) -> ends.Eliminations:
    _only_who_runs_retention(tx)
    ended = retention_rows.count_ended(tx, local_day(tx.now))
    return ends.Eliminations(ended=ended, lists=tuple(retention_rows.lists(tx)))


def erase_approved(store: Store) -> int:
    """Erases what approved lists name, each request in a transaction of its own; a killed run is taken up by the next."""
    lists: dict[str, str] = {}

    def page(tx: Transaction, after: str) -> list[str]:
        lists.update(found := retention_rows.to_erase(tx, after))
        return list(found)

    return timers.each(store, page, lambda tx, on: _erase(tx, on, lists[on.id]))


def _erase(tx: Transaction, on: acting.Opened, list_id: str) -> bool:
    erased = act(tx, on, commands.Erase(definition=on.definition, elimination=list_id))
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


def _only_who_runs_retention(tx: Transaction) -> None:
    if actor_of(tx).kind not in ("agent", access.SYSTEM):
        raise refusals.NotAllowed
    access.require(actor_of(tx), "run_retention")
