"""Changes of profiles that were asked for, or granted and wait for their day: rows and statements."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.chassis.event_store.db import Connection, fetch_all, fetch_one
from services.chassis.structs import Struct

ADD = """
INSERT INTO profile_updates (request_id, account_id, target, member_id, names, effective_on, decided_at, granted)
SELECT %(request_id)s, account_id, %(target)s, %(member_id)s, %(names)s, %(effective_on)s, %(decided_at)s, %(granted)s
FROM accounts WHERE account_id = %(account_id)s
ON CONFLICT (request_id) DO UPDATE SET target = excluded.target, member_id = excluded.member_id, names = excluded.names,
    effective_on = excluded.effective_on, decided_at = excluded.decided_at, granted = excluded.granted
WHERE excluded.granted AND NOT profile_updates.granted
"""
COLUMNS = "request_id, account_id, target, member_id, names, effective_on, decided_at, granted"
PENDING = f"SELECT {COLUMNS} FROM profile_updates "  # noqa: S608 names of ours
DUE = PENDING + "WHERE granted AND effective_on <= %(today)s ORDER BY effective_on, decided_at LIMIT 20"
OF_ACCOUNT = PENDING + (
    "WHERE account_id = %(account_id)s AND (member_id IS NULL OR EXISTS (SELECT FROM family_members AS m "
    "WHERE m.member_id = profile_updates.member_id)) ORDER BY effective_on, decided_at"
)
TAKE = f"DELETE FROM profile_updates WHERE request_id = %(request_id)s AND granted RETURNING {COLUMNS}"  # noqa: S608
GIVE_UP = "DELETE FROM profile_updates WHERE request_id = %(request_id)s AND NOT granted"
NEXT = "SELECT min(effective_on) AS day FROM profile_updates WHERE granted"


class Pending(Struct):
    request_id: UUID
    account_id: UUID
    target: str
    member_id: UUID | None
    names: list[str]
    effective_on: date
    decided_at: datetime
    granted: bool = True
    """Otherwise it is asked for, and announced until the request ends."""


def add(conn: Connection, pending: Pending) -> None:
    """Nothing where the account is closed, or where the same is noted already. What was asked for becomes what is granted."""
    conn.execute(ADD, vars(pending))


def due(conn: Connection, today: date) -> Sequence[Pending]:
    """Some of those whose day has come, the first one first."""
    return fetch_all(conn, Pending, DUE, {"today": today})


def of_account(conn: Connection, account_id: UUID) -> Sequence[Pending]:
    """Those to announce: what was meant for a member who is gone will change nothing."""
    return fetch_all(conn, Pending, OF_ACCOUNT, {"account_id": account_id})


def give_up(conn: Connection, request_id: UUID) -> None:
    """The request has ended: what it only asked for is announced no longer. What it was granted waits for its day."""
    conn.execute(GIVE_UP, {"request_id": request_id})


def take(conn: Connection, request_id: UUID) -> Pending | None:
    """Removes it; None where another process did. The caller applies it in the same transaction."""
    return fetch_one(conn, Pending, TAKE, {"request_id": request_id})


def next_day(conn: Connection) -> date | None:
    found = conn.execute(NEXT).fetchone()
    return found["day"] if found else None
