"""Which procedures have no place left now, for lists of procedures."""

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests.capacity import use_cases as capacity
from services.requests.definitions import days
from services.requests.definitions.rows import published
from services.requests.schemas.quotas import FullProcedure, FullProcedures, ListFullProcedures


def quotas_reached(tx: Transaction, _: Settings, asked: ListFullProcedures) -> FullProcedures:
    """Each offered procedure whose places of the present period are all taken, with when the next one begins."""
    reached = capacity.quotas_reached(tx, (one for one in published.offered(tx.conn) if one.quota))
    return FullProcedures(
        items=tuple(
            FullProcedure(procedure=one.slug, reopens_at=days.period_ends(quota.period, tx.now).isoformat())
            for one in reached
            if (quota := one.quota)
        )
    )
