"""Who uses the slots of some days, read for a calendar: one query a week."""

from datetime import datetime
from typing import LiteralString

from services.chassis.transaction import Transaction

USES: LiteralString = """
SELECT start, request_id::text AS request_id FROM slot_uses
WHERE agenda = %(agenda)s AND start >= %(first)s AND start < %(last)s AND (until IS NULL OR until > %(now)s)
"""


def uses(tx: Transaction, agenda: str, first: datetime, last: datetime) -> dict[datetime, list[str]]:
    """The requests that hold or have booked each start between two instants; expired holds do not count."""
    found: dict[datetime, list[str]] = {}
    for row in tx.conn.execute(USES, {"agenda": agenda, "first": first, "last": last, "now": tx.now}).fetchall():
        found.setdefault(row["start"], []).append(row["request_id"])
    return found
