"""Who uses the slots of some days: one query for some weeks of a calendar, one for the list of a day."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.requests.request import rows as store
from services.requests.request.rows import COLUMNS, RequestRow

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


BOOKED: LiteralString = (
    "SELECT "
    + COLUMNS
    + """, u.agenda AS day_agenda, u.start AS day_start
FROM slot_uses u JOIN requests r ON r.request_id = u.request_id LEFT JOIN keys k ON k.key_id = r.request_id::text
WHERE u.agenda = ANY(%(agendas)s) AND u.start >= %(first)s AND u.start < %(last)s AND u.until IS NULL
ORDER BY u.agenda, u.start, r.number
"""
)


class Booked(Struct):
    """A slot that a request has taken for good."""

    agenda: str
    start: datetime
    row: RequestRow


def booked(tx: Transaction, agendas: Sequence[str], first: datetime, last: datetime) -> list[Booked]:
    """The appointments of these agendas between two instants, by agenda, then in the order of the day."""
    rows = tx.conn.execute(BOOKED, {"agendas": agendas, "first": first, "last": last}).fetchall()
    return [Booked(agenda=row["day_agenda"], start=row["day_start"], row=store.row_of(tx, row)) for row in rows]


# One step into the index of each agenda; past others' appointments only where the agenda is not the reader's own.
NEXT_BOOKED: LiteralString = """
SELECT min(found.start) AS start FROM unnest(%(agendas)s::text[]) AS named (agenda) CROSS JOIN LATERAL (
    SELECT u.start FROM slot_uses u JOIN requests r ON r.request_id = u.request_id
    WHERE u.agenda = named.agenda AND u.start >= %(first)s AND u.until IS NULL
      AND (u.agenda = ANY(%(ours)s) OR r.department = ANY(%(departments)s))
    ORDER BY u.start LIMIT 1
) AS found
"""


def next_booked(
    tx: Transaction, agendas: Sequence[str], ours: Sequence[str], departments: Sequence[str], first: datetime
) -> datetime | None:
    """The first appointment from then on in these agendas: any in `ours`, of these departments in the others."""
    asked = {"agendas": list(agendas), "ours": list(ours), "departments": list(departments), "first": first}
    row = tx.conn.execute(NEXT_BOOKED, asked).fetchone()
    return row["start"] if row else None
