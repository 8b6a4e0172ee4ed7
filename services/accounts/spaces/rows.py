"""Personal spaces: rows and statements."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.errors import UniqueViolation

from services.chassis.event_store.db import Connection, fetch_one
from services.chassis.structs import Struct

ACCOUNT = """
SELECT a.account_id, a.profile, a.activated_at, a.activation_nonce, a.activation_hash, a.activation_expires_at,
       a.holder_warned_at, a.pending_email_hash, a.continue_to, coalesce(c.active, false) AS active
FROM accounts AS a LEFT JOIN credentials AS c ON c.person_id = a.account_id
"""
BY_ID = ACCOUNT + "WHERE a.account_id = %(account_id)s"
BY_ID_LOCKED = BY_ID + " FOR UPDATE OF a"
BY_EMAIL_LOCKED = ACCOUNT + "WHERE a.email_hash = %(email_hash)s AND a.activated_at IS NOT NULL FOR UPDATE OF a"
ADD_ACCOUNT = """
INSERT INTO accounts (account_id, email_hash, pending_email_hash, profile, continue_to, created_at, activated_at, last_used_at)
VALUES (%(account_id)s, %(email_hash)s, %(pending_email_hash)s, %(profile)s, %(continue_to)s, %(now)s, %(activated_at)s,
    %(last_used_at)s)
ON CONFLICT (email_hash) DO NOTHING RETURNING account_id
"""
SET_LINK = """
UPDATE accounts SET activation_nonce = %(nonce)s, activation_hash = %(hash)s, activation_expires_at = %(expires_at)s
WHERE account_id = %(account_id)s
"""
ACTIVATE = (
    "UPDATE accounts SET activated_at = %(now)s, last_used_at = %(now)s, activation_nonce = NULL, pending_email_hash = NULL, "
    "continue_to = NULL WHERE account_id = %(account_id)s",
    "UPDATE credentials SET active = true WHERE person_id = %(account_id)s",
    "UPDATE people SET active = true WHERE person_id = %(account_id)s",
)
WARNED = "UPDATE accounts SET holder_warned_at = %(now)s WHERE account_id = %(account_id)s"
NEVER_ACTIVATED = """
SELECT account_id FROM accounts WHERE activated_at IS NULL AND activation_expires_at <= %(before)s
ORDER BY account_id LIMIT 100 FOR UPDATE SKIP LOCKED
"""
REMOVE = (
    "DELETE FROM credentials WHERE person_id = %(account_id)s",
    "DELETE FROM people WHERE person_id = %(account_id)s",
    "DELETE FROM accounts WHERE account_id = %(account_id)s",
)
SAVE_PROFILE = "UPDATE accounts SET profile = %(profile)s WHERE account_id = %(account_id)s"
USED = """
UPDATE accounts SET last_used_at = %(now)s, closes_on = NULL, warned_days = NULL WHERE account_id = %(account_id)s
"""


class Account(Struct):
    account_id: UUID
    profile: bytes
    activated_at: datetime | None
    activation_nonce: str | None
    activation_hash: str | None
    activation_expires_at: datetime | None
    holder_warned_at: datetime | None
    pending_email_hash: bytes | None  # of the address that it waits for, until it is activated
    continue_to: bytes | None  # sealed
    active: bool


def unless_taken(conn: Connection, statement: LiteralString, params: Mapping[str, Any]) -> bool:
    """Executes it; False, and nothing is changed, where a unique value is another's. Waits for one who is taking it."""
    try:
        with conn.transaction():
            conn.execute(statement, params)
    except UniqueViolation:
        return False
    return True


def account(conn: Connection, account_id: UUID, *, locked: bool = False) -> Account | None:
    return fetch_one(conn, Account, BY_ID_LOCKED if locked else BY_ID, {"account_id": account_id})


def account_by_email(conn: Connection, email_hash: bytes) -> Account | None:
    """The active space of that address, locked until the end of the transaction."""
    return fetch_one(conn, Account, BY_EMAIL_LOCKED, {"email_hash": email_hash})


def add_account(
    conn: Connection,
    account_id: UUID,
    *,
    email_hash: bytes,
    profile: bytes,
    now: datetime,
    active: bool,
    continue_to: bytes | None = None,
    last_used_at: datetime | None = None,
) -> bool:
    """False when an active account has the e-mail; one that is not active yet waits for its address beside others. Without a
    last use, that is now."""
    params = {
        "account_id": account_id,
        "email_hash": email_hash if active else secrets.token_bytes(len(email_hash)),
        "pending_email_hash": None if active else email_hash,
        "profile": profile,
        "continue_to": continue_to,
        "now": now,
        "activated_at": now if active else None,
        "last_used_at": last_used_at or now,
    }
    return conn.execute(ADD_ACCOUNT, params).fetchone() is not None


def set_link(
    conn: Connection, account_id: UUID, nonce: str | None, token_hash: str | None, expires_at: datetime
) -> None:
    """Without a nonce the space has no link, and waits until then all the same."""
    conn.execute(SET_LINK, {"account_id": account_id, "nonce": nonce, "hash": token_hash, "expires_at": expires_at})


def activate(conn: Connection, account_id: UUID, now: datetime) -> None:
    for statement in ACTIVATE:
        conn.execute(statement, {"account_id": account_id, "now": now})


def never_activated(conn: Connection, before: datetime) -> list[UUID]:
    """At most a hundred accounts whose link expired before that moment, locked."""
    return [row["account_id"] for row in conn.execute(NEVER_ACTIVATED, {"before": before}).fetchall()]


def remove(conn: Connection, account_id: UUID) -> None:
    """The name and the address are free again; sessions and family members go with them."""
    for statement in REMOVE:
        conn.execute(statement, {"account_id": account_id})


def used(conn: Connection, account_id: UUID, now: datetime) -> None:
    """Warnings that were sent are void."""
    conn.execute(USED, {"account_id": account_id, "now": now})
