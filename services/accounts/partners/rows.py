"""What is saved of partners' sites, each use of it, and the passes of immediate connections: rows and statements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from services.accounts.partners.partner_vault import SealedRow
from services.accounts.partners.rules import PASSES_KEPT, USES_SHOWN
from services.accounts.sessions.rules import LOG_INS_KEPT
from services.chassis.event_store.db import Connection, fetch_all, fetch_one
from services.chassis.structs import Struct

SAVE = """
INSERT INTO partner_credentials (account_id, space, reminder, sealed, wrapped, key_id, saved_at)
VALUES (%(account_id)s, %(space)s, %(reminder)s, %(sealed)s, %(wrapped)s, %(key_id)s, %(now)s)
ON CONFLICT (account_id, space) DO UPDATE SET reminder = excluded.reminder, sealed = excluded.sealed,
    wrapped = excluded.wrapped, key_id = excluded.key_id, saved_at = excluded.saved_at
"""
KEPT = "SELECT account_id, space, reminder, sealed, wrapped, key_id, saved_at FROM partner_credentials "
OF_ACCOUNT = KEPT + "WHERE account_id = %(account_id)s ORDER BY space"
ONE = KEPT + "WHERE account_id = %(account_id)s AND space = %(space)s"
REMOVE = "DELETE FROM partner_credentials WHERE account_id = %(account_id)s AND space = %(space)s RETURNING space"
PAGE = (
    KEPT
    + """
WHERE (account_id, space) > (%(account_id)s, %(space)s) ORDER BY account_id, space LIMIT %(most)s FOR UPDATE
"""
)
REWRAP = """
UPDATE partner_credentials SET wrapped = %(wrapped)s, key_id = %(key_id)s
WHERE account_id = %(account_id)s AND space = %(space)s
"""

NOTE = """
INSERT INTO partner_uses (use_id, account_id, space, act, at, command_id)
VALUES (%(use_id)s, %(account_id)s, %(space)s, %(act)s, %(now)s, %(command_id)s)
ON CONFLICT (command_id) DO NOTHING RETURNING use_id
"""
ACT_OF = "SELECT act FROM partner_uses WHERE command_id = %(command_id)s"
ENDED = "UPDATE partner_uses SET act = %(act)s WHERE command_id = %(command_id)s"
USES = """
SELECT space, act, at FROM partner_uses WHERE account_id = %(account_id)s ORDER BY at DESC, use_id LIMIT %(most)s
"""

ADD_OPENING = """
INSERT INTO partner_passes (digest, account_id, space, expires_at)
VALUES (%(digest)s, %(account_id)s, %(space)s, %(expires_at)s)
"""
OPENING = """
SELECT space, expires_at, used_at FROM partner_passes WHERE digest = %(digest)s AND account_id = %(account_id)s
"""
USE_OPENING = """
UPDATE partner_passes SET used_at = %(now)s
WHERE digest = %(digest)s AND account_id = %(account_id)s AND used_at IS NULL AND expires_at > %(now)s RETURNING space
"""
SWEEP: tuple[tuple[LiteralString, timedelta], ...] = (
    ("DELETE FROM partner_passes WHERE expires_at <= %(until)s", PASSES_KEPT),
    ("DELETE FROM partner_uses WHERE at <= %(until)s", LOG_INS_KEPT),
)


class Kept(SealedRow):
    account_id: UUID
    space: str
    reminder: bool
    saved_at: datetime


class Use(Struct):
    space: str
    act: str
    at: datetime


class Pass(Struct):
    space: str
    expires_at: datetime
    used_at: datetime | None


def save(conn: Connection, account_id: UUID, space: str, row: SealedRow, now: datetime, *, reminder: bool) -> None:
    """In the place of what was saved before."""
    conn.execute(SAVE, {"account_id": account_id, "space": space, "reminder": reminder, "now": now, **vars(row)})


def of_account(conn: Connection, account_id: UUID) -> list[Kept]:
    return fetch_all(conn, Kept, OF_ACCOUNT, {"account_id": account_id})


def one(conn: Connection, account_id: UUID, space: str) -> Kept | None:
    return fetch_one(conn, Kept, ONE, {"account_id": account_id, "space": space})


def remove(conn: Connection, account_id: UUID, space: str) -> bool:
    return conn.execute(REMOVE, {"account_id": account_id, "space": space}).fetchone() is not None


def page(conn: Connection, account_id: UUID, space: str, most: int) -> list[Kept]:
    """Those that follow in the order of accounts and spaces, locked."""
    return fetch_all(conn, Kept, PAGE, {"account_id": account_id, "space": space, "most": most})


def rewrap(conn: Connection, kept: Kept, row: SealedRow) -> None:
    params = {"account_id": kept.account_id, "space": kept.space, "wrapped": row.wrapped, "key_id": row.key_id}
    conn.execute(REWRAP, params)


def note(
    conn: Connection,
    use_id: UUID,
    account_id: UUID,
    space: str,
    act: str,
    now: datetime,
    *,
    command_id: str | None = None,
) -> bool:
    """False where this command noted an act already."""
    params = {"use_id": use_id, "account_id": account_id, "space": space, "act": act, "now": now}
    return conn.execute(NOTE, {**params, "command_id": command_id}).fetchone() is not None


def act_of(conn: Connection, command_id: str) -> str | None:
    row = conn.execute(ACT_OF, {"command_id": command_id}).fetchone()
    return row["act"] if row else None


def ended(conn: Connection, command_id: str, act: str) -> None:
    """What became of a check that was noted before it began."""
    conn.execute(ENDED, {"command_id": command_id, "act": act})


def uses(conn: Connection, account_id: UUID) -> Sequence[Use]:
    """The newest first."""
    return fetch_all(conn, Use, USES, {"account_id": account_id, "most": USES_SHOWN})


def find_pass(conn: Connection, digest: str, account_id: UUID) -> Pass | None:
    return fetch_one(conn, Pass, OPENING, {"digest": digest, "account_id": account_id})


def use_pass(conn: Connection, digest: str, account_id: UUID, now: datetime) -> bool:
    """True once, in time."""
    return conn.execute(USE_OPENING, {"digest": digest, "account_id": account_id, "now": now}).fetchone() is not None


def sweep(conn: Connection, now: datetime) -> None:
    for statement, kept in SWEEP:
        conn.execute(statement, {"until": now - kept})
