"""Which procedures have no place left now, for lists of procedures."""

from services.chassis.event_store.transaction import Transaction, folded
from services.chassis.settings import Settings
from services.requests.capacity import use_cases as capacity
from services.requests.capacity.rules import quota_decider
from services.requests.definitions import days
from services.requests.definitions.rows import published
from services.requests.schemas.quotas import FullProcedure, FullProcedures, ListFullProcedures


def quotas_reached(tx: Transaction, _: Settings, asked: ListFullProcedures) -> FullProcedures:
    """Each offered procedure whose places of the present period are all taken, with when the next one begins; their places are
    read in one statement, however many have a quota."""
    counted = {stream: one for one in published.offered(tx.conn) if (stream := capacity.quota_of(one, tx.now))}
    past = tx.histories(list(counted))
    full: list[FullProcedure] = []
    for stream, one in counted.items():
        taken = folded(quota_decider, past.get(stream, ()))[0]
        if one.quota and taken.left(one.quota.number) == 0:
            reopens_at = days.period_ends(one.quota.period, tx.now).isoformat()
            full.append(FullProcedure(procedure=one.slug, reopens_at=reopens_at))
    return FullProcedures(items=tuple(full))
