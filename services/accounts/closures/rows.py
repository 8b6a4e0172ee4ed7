"""Spaces that are to be erased: rows and statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.event_store.db import Connection, fetch_all, fetch_one
from services.chassis.structs import Struct

ADD = """
INSERT INTO closures (closure_id, account_id, reason, asked_at, due_at, nonce, token_hash, state, next_at)
VALUES (%(closure_id)s, %(account_id)s, %(reason)s, %(asked_at)s, %(due_at)s, %(nonce)s, %(token_hash)s,
    %(state)s, %(next_at)s)
"""
MAY_LOG_IN = """
WITH password AS (UPDATE credentials SET active = %(active)s WHERE person_id = %(account_id)s)
UPDATE people SET active = %(active)s WHERE person_id = %(account_id)s
"""
CLOSURE = "SELECT closure_id, account_id, reason, asked_at, due_at, nonce, token_hash, state, next_at FROM closures "
BY_ID = CLOSURE + "WHERE closure_id = %(closure_id)s"
BY_ID_LOCKED = BY_ID + " FOR UPDATE"
PENDING = CLOSURE + "WHERE account_id = %(account_id)s AND state IN ('asked', 'reminded', 'told')"
DUE = CLOSURE + "WHERE next_at <= %(now)s ORDER BY next_at, closure_id LIMIT 20"
NEXT = "SELECT min(next_at) AS next_at FROM closures"
MOVE = "UPDATE closures SET state = %(state)s, next_at = %(next_at)s WHERE closure_id = %(closure_id)s"
FORGET = "DELETE FROM closures WHERE closure_id = %(closure_id)s"


class Closure(Struct):
    """`due_at`: the end of the days to return; `next_at`: when what follows `state` is to be done."""

    closure_id: UUID
    account_id: UUID
    reason: str
    asked_at: datetime
    due_at: datetime
    nonce: str
    token_hash: str
    state: str
    next_at: datetime


def may_log_in(conn: Connection, account_id: UUID, *, active: bool) -> None:
    """From now on log-ins to it are accepted, or refused."""
    conn.execute(MAY_LOG_IN, {"account_id": account_id, "active": active})


def closure(conn: Connection, closure_id: UUID, *, locked: bool = False) -> Closure | None:
    return fetch_one(conn, Closure, BY_ID_LOCKED if locked else BY_ID, {"closure_id": closure_id})


def pending(conn: Connection, account_id: UUID) -> Closure | None:
    """The one that waits for its end, if there is one; the caller who changes it has locked the account."""
    return fetch_one(conn, Closure, PENDING, {"account_id": account_id})


def due(conn: Connection, now: datetime) -> Sequence[Closure]:
    """Some of those for which something is to be done, the first one first."""
    return fetch_all(conn, Closure, DUE, {"now": now})


def next_at(conn: Connection) -> datetime | None:
    found = conn.execute(NEXT).fetchone()
    return found["next_at"] if found else None
