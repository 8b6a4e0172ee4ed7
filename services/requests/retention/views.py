"""The lists of what is to be erased, as the archives read them."""

from services.chassis.event_store.transaction import Transaction, folded
from services.chassis.settings import Settings
from services.requests import refusals
from services.requests.access import rows as journal, rules as access
from services.requests.access.use_cases import actor_of
from services.requests.definitions.rows import published
from services.requests.retention import rows as retention_rows, rules as elimination
from services.requests.schemas import retention as ends
from services.townhall.town_time import local_day


def show_lists(tx: Transaction, _: Settings, asked: ends.ListEliminations) -> ends.Eliminations:
    only_who_runs_retention(tx)
    ended = retention_rows.count_ended(tx, local_day(tx.now))
    return ends.Eliminations(ended=ended, lists=tuple(retention_rows.lists(tx)))


def show_list(tx: Transaction, _: Settings, asked: ends.ReadElimination) -> ends.Elimination:
    """The list with what became of each of its requests, for whom it is a look that is recorded; raises EliminationUnknown."""
    list_id = asked.list_id
    only_who_runs_retention(tx)
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


def only_who_runs_retention(tx: Transaction) -> None:
    if actor_of(tx).kind not in ("agent", access.SYSTEM):
        raise refusals.NotAllowed
    access.require(actor_of(tx), "run_retention")
