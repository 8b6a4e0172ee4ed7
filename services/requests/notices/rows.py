"""How old what mails are about is."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.event_store.transaction import Transaction

YOUNGEST = "SELECT max(time) AS time FROM events WHERE event_id = ANY((SELECT %(ids)s)::uuid[])"


def time_of_youngest(tx: Transaction, events: Sequence[UUID]) -> datetime | None:
    """When the last of these events was appended; None where there is none of them."""
    if not events:
        return None
    found: datetime | None = tx.conn.execute(YOUNGEST, {"ids": list(events)}).fetchall()[0]["time"]
    return found
