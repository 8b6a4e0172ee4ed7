"""What is due at an instant: ids for the timers, a hundred at a time."""

from datetime import date, datetime, timedelta
from typing import Any, LiteralString

from services.chassis.transaction import Transaction

SILENCE: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE implicit_on < %(today)s AND NOT implicit_reached AND NOT closed ORDER BY implicit_on LIMIT 100
"""

PIECES: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE documents_deadline < %(today)s AND NOT closed ORDER BY documents_deadline LIMIT 100
"""

ARCHIVING: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE closed AND NOT archived AND closed_at < %(before)s ORDER BY closed_at LIMIT 100
"""

STANDING: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE procedure = %(procedure)s AND status = %(status)s AND NOT closed AND request_id > %(after)s
ORDER BY request_id LIMIT 100
"""

VIEWS: LiteralString = "DELETE FROM staff_views WHERE at < %(before)s"

OFFERED: LiteralString = "SELECT slug, version FROM procedures"

FIRST = "00000000-0000-0000-0000-000000000000"


def silence(tx: Transaction, today: date) -> list[str]:
    return _ids(tx, SILENCE, today=today)


def pieces(tx: Transaction, today: date) -> list[str]:
    return _ids(tx, PIECES, today=today)


def archiving(tx: Transaction, now: datetime, days: int) -> list[str]:
    return _ids(tx, ARCHIVING, before=now - timedelta(days=days))


def standing(tx: Transaction, procedure: str, status: str, after: str = FIRST) -> list[str]:
    """The open requests of a procedure that stand at that status, in pages by id."""
    return _ids(tx, STANDING, procedure=procedure, status=status, after=after)


def procedures(tx: Transaction) -> list[tuple[str, int]]:
    return [(row["slug"], row["version"]) for row in tx.conn.execute(OFFERED).fetchall()]


def forget_views(tx: Transaction, before: datetime) -> None:
    tx.conn.execute(VIEWS, {"before": before})


def _ids(tx: Transaction, sql: LiteralString, **values: Any) -> list[str]:
    return [row["id"] for row in tx.conn.execute(sql, values).fetchall()]
