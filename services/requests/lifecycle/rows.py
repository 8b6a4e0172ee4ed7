"""What is due at an instant: ids for the timers, in pages by id. What was dealt with is on no later page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

from services.chassis.event_store.transaction import Transaction
from services.requests.request import reminders
from services.townhall.town_time import local_day

IDS: LiteralString = "SELECT request_id::text AS id FROM requests WHERE request_id > %(after)s AND "

# An hour of the agenda came since the appointment was agreed or last reminded of, and it has not begun.
APPOINTMENTS: LiteralString = """
agenda = %(agenda)s AND appointment_at > %(now)s AND appointment_at <= %(latest)s AND NOT closed AND EXISTS (
    SELECT FROM unnest(%(hours)s::integer[]) AS h(hours)
    WHERE appointment_at - make_interval(hours => h.hours) <= %(now)s
        AND (appointment_since IS NULL OR appointment_since < appointment_at - make_interval(hours => h.hours))
)
"""

SINCE: LiteralString = "SELECT appointment_since FROM requests WHERE request_id = %(request_id)s"

OFFERED: LiteralString = "SELECT slug, version FROM procedures"

FIRST = "00000000-0000-0000-0000-000000000000"
PAGE = 100


def silence(tx: Transaction, after: str) -> list[str]:
    which: LiteralString = "implicit_on < %(today)s AND NOT implicit_reached AND NOT closed"
    return _ids(tx, after, which, today=local_day(tx.now))


def pieces(tx: Transaction, after: str) -> list[str]:
    return _ids(tx, after, "documents_deadline < %(today)s AND NOT closed", today=local_day(tx.now))


def archiving(tx: Transaction, after: str, days: int) -> list[str]:
    before = tx.now - timedelta(days=days)
    return _ids(tx, after, "closed AND NOT archived AND closed_at < %(before)s", before=before)


def standing(tx: Transaction, after: str, procedure: str, status: str) -> list[str]:
    """The open requests of a procedure that stand at that status."""
    which: LiteralString = "procedure = %(procedure)s AND status = %(status)s AND NOT closed"
    return _ids(tx, after, which, procedure=procedure, status=status)


def appointments(tx: Transaction, after: str, agenda: str, hours: Sequence[int]) -> list[str]:
    """Open requests whose appointment in that agenda is due to be reminded of."""
    latest = tx.now + timedelta(hours=max(hours))
    return _ids(tx, after, APPOINTMENTS, agenda=agenda, hours=list(hours), now=tx.now, latest=latest)


def documents(tx: Transaction, after: str) -> list[str]:
    """Open requests whose missing pieces are due to be reminded of."""
    which: LiteralString = "documents_reminder_on <= %(today)s AND documents_deadline >= %(today)s AND NOT closed"
    return _ids(tx, after, which, today=reminders.morning_of(tx.now))


def appointment_since(tx: Transaction, request_id: str) -> datetime | None:
    """When the appointment was agreed or last reminded of; to be read under the lock of the request."""
    return tx.conn.execute(SINCE, {"request_id": request_id}).fetchall()[0]["appointment_since"]


def procedures(tx: Transaction) -> list[tuple[str, int]]:
    return [(row["slug"], row["version"]) for row in tx.conn.execute(OFFERED).fetchall()]


def _ids(tx: Transaction, after: str, which: LiteralString, **values: Any) -> list[str]:
    sql: LiteralString = IDS + which + " ORDER BY request_id LIMIT %(page)s"
    return [row["id"] for row in tx.conn.execute(sql, {**values, "after": after, "page": PAGE}).fetchall()]
