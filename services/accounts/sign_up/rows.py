"""Spaces that wait for their activation, and the address that each waits for: rows and statements."""

from uuid import UUID

from services.accounts.spaces.rows import ACCOUNT, Account, unless_taken
from services.chassis.event_store.db import Connection, fetch_all

BY_EMAIL_LOCKED = ACCOUNT + (
    "WHERE a.pending_email_hash = %(email_hash)s AND a.activated_at IS NULL "
    "ORDER BY a.created_at DESC, a.account_id LIMIT %(most)s FOR UPDATE OF a SKIP LOCKED"
)
WAIT_FOR = "UPDATE accounts SET pending_email_hash = %(email_hash)s WHERE account_id = %(account_id)s"
TAKE_ADDRESS = """
UPDATE accounts SET email_hash = coalesce(pending_email_hash, email_hash) WHERE account_id = %(account_id)s
"""


def by_email(conn: Connection, email_hash: bytes, *, most: int) -> list[Account]:
    """The latest that wait for that address, locked until the end of the transaction; without those that others hold at this
    moment, who may themselves wait for the account of the caller."""
    return fetch_all(conn, Account, BY_EMAIL_LOCKED, {"email_hash": email_hash, "most": most})


def wait_for(conn: Connection, account_id: UUID, email_hash: bytes) -> None:
    """The space waits for that address instead."""
    conn.execute(WAIT_FOR, {"account_id": account_id, "email_hash": email_hash})


def take_address(conn: Connection, account_id: UUID) -> bool:
    """The address that the space waited for is its own. False when it is another's; waits for one who is taking it."""
    return unless_taken(conn, TAKE_ADDRESS, {"account_id": account_id})
