"""What is due at an instant: ids for the timers, in pages by id. What was dealt with is on no later page."""

from datetime import date, timedelta
from typing import Any, LiteralString

from services.chassis.transaction import Transaction

SILENCE: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE implicit_on < %(today)s AND NOT implicit_reached AND NOT closed AND request_id > %(after)s
ORDER BY request_id LIMIT %(page)s
"""

PIECES: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE documents_deadline < %(today)s AND NOT closed AND request_id > %(after)s ORDER BY request_id LIMIT %(page)s
"""

ARCHIVING: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE closed AND NOT archived AND closed_at < %(before)s AND request_id > %(after)s ORDER BY request_id LIMIT %(page)s
"""

STANDING: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE procedure = %(procedure)s AND status = %(status)s AND NOT closed AND request_id > %(after)s
ORDER BY request_id LIMIT %(page)s
"""

OFFERED: LiteralString = "SELECT slug, version FROM procedures"

FIRST = "00000000-0000-0000-0000-000000000000"
PAGE = 100


def silence(tx: Transaction, after: str, today: date) -> list[str]:
    return _ids(tx, SILENCE, after, today=today)


def pieces(tx: Transaction, after: str, today: date) -> list[str]:
    return _ids(tx, PIECES, after, today=today)


def archiving(tx: Transaction, after: str, days: int) -> list[str]:
    return _ids(tx, ARCHIVING, after, before=tx.now - timedelta(days=days))


def standing(tx: Transaction, after: str, procedure: str, status: str) -> list[str]:
    """The open requests of a procedure that stand at that status."""
    return _ids(tx, STANDING, after, procedure=procedure, status=status)


def procedures(tx: Transaction) -> list[tuple[str, int]]:
    return [(row["slug"], row["version"]) for row in tx.conn.execute(OFFERED).fetchall()]


def _ids(tx: Transaction, sql: LiteralString, after: str, **values: Any) -> list[str]:
    return [row["id"] for row in tx.conn.execute(sql, {**values, "after": after, "page": PAGE}).fetchall()]
