"""Changes of e-mail addresses: rows and statements."""

from datetime import datetime
from uuid import UUID

from services.accounts.email_changes.rules import EmailLinkUnknown
from services.accounts.spaces.rows import unless_taken
from services.chassis.event_store.db import Connection, fetch_all, fetch_one
from services.chassis.event_store.transaction import Reading
from services.chassis.structs import Struct

SET_EMAIL = "UPDATE accounts SET email_hash = %(email_hash)s WHERE account_id = %(account_id)s"

ADD = """
INSERT INTO email_changes (change_id, account_id, addresses, asked_at, confirm_nonce, confirm_hash, expires_at,
    undo_nonce, undo_hash, undo_until, request_id, request_number)
VALUES (%(change_id)s, %(account_id)s, %(addresses)s, %(asked_at)s, %(confirm_nonce)s, %(confirm_hash)s, %(expires_at)s,
    %(undo_nonce)s, %(undo_hash)s, %(undo_until)s, %(request_id)s, %(request_number)s)
"""
DROP_WAITING = """
UPDATE email_changes SET dropped_at = %(now)s, told_at = coalesce(told_at, %(now)s)
WHERE account_id = %(account_id)s AND counted_at IS NULL AND dropped_at IS NULL
"""
CHANGE = """
SELECT change_id, account_id, ordinal, addresses, asked_at, confirm_nonce, confirm_hash, expires_at, undo_nonce, undo_hash,
       undo_until, counted_at, dropped_at, undone_at, request_id, request_number, told_at
FROM email_changes
"""
BY_ID = CHANGE + "WHERE change_id = %(change_id)s"
BY_ID_LOCKED = BY_ID + " FOR UPDATE"
WAITING = CHANGE + (
    "WHERE account_id = %(account_id)s AND counted_at IS NULL AND dropped_at IS NULL AND expires_at > %(now)s "
    "ORDER BY ordinal DESC LIMIT 1"
)
NOT_COUNTED = CHANGE + "WHERE account_id = %(account_id)s AND counted_at IS NULL AND dropped_at IS NULL FOR UPDATE"
COUNT = """
UPDATE email_changes SET counted_at = %(now)s, undo_until = %(undo_until)s, addresses = %(addresses)s
WHERE change_id = %(change_id)s
"""
NOT_UNDONE_SINCE = CHANGE + (
    "WHERE account_id = %(account_id)s AND ordinal >= %(ordinal)s AND undone_at IS NULL ORDER BY ordinal DESC FOR UPDATE"
)
EXPIRED = """
SELECT change_id, account_id FROM email_changes
WHERE request_id IS NOT NULL AND counted_at IS NULL AND dropped_at IS NULL AND told_at IS NULL AND expires_at <= %(now)s
ORDER BY expires_at
"""
REPORT = "UPDATE email_changes SET told_at = %(now)s WHERE change_id = %(change_id)s"
UNDO = """
UPDATE email_changes SET undone_at = %(now)s, dropped_at = coalesce(dropped_at, %(now)s)
WHERE account_id = %(account_id)s AND ordinal >= %(ordinal)s AND undone_at IS NULL
"""
FORGET = "DELETE FROM email_changes WHERE undo_until <= %(now)s"


class EmailChange(Struct):
    change_id: UUID
    account_id: UUID
    ordinal: int = 0  # given by the database, in the order in which they were asked for
    addresses: bytes  # {"old", "new"} and what becomes of the preferred means of contact, sealed
    asked_at: datetime
    confirm_nonce: str
    confirm_hash: str
    expires_at: datetime
    undo_nonce: str
    undo_hash: str
    undo_until: datetime
    counted_at: datetime | None = None
    dropped_at: datetime | None = None
    undone_at: datetime | None = None
    request_id: UUID | None = None  # by which the address was given, where it was
    request_number: str = ""
    told_at: datetime | None = None  # when the request was informed that the change came to nothing

    def has_expired_unreported(self, now: datetime) -> bool:
        """Whether its request is still to be informed that the link was not followed in time."""
        ended = self.counted_at or self.dropped_at or self.told_at
        return self.request_id is not None and ended is None and self.expires_at <= now


def set_email(conn: Connection, account_id: UUID, email_hash: bytes) -> bool:
    """False when the address is another account's; waits for one who is taking it."""
    return unless_taken(conn, SET_EMAIL, {"account_id": account_id, "email_hash": email_hash})


def add(conn: Connection, change: EmailChange) -> None:
    """One that still waited is to be dropped before."""
    conn.execute(ADD, vars(change))


def change(conn: Connection, change_id: UUID, *, locked: bool = False) -> EmailChange | None:
    return fetch_one(conn, EmailChange, BY_ID_LOCKED if locked else BY_ID, {"change_id": change_id})


def addresses(tx: Reading, change: EmailChange) -> dict[str, str]:
    """`{old, new}`; where the change makes e-mail the preferred means `preferred_contact`, and once it counts
    `preferred_contact_before`. Raises EmailLinkUnknown once the space is closed."""
    opened = tx.open(str(change.account_id), change.addresses)
    if opened is None:
        raise EmailLinkUnknown
    return opened


def waiting(conn: Connection, account_id: UUID, now: datetime) -> EmailChange | None:
    """The one whose link can still be followed."""
    return fetch_one(conn, EmailChange, WAITING, {"account_id": account_id, "now": now})


def drop_waiting(conn: Connection, account_id: UUID, now: datetime) -> list[EmailChange]:
    """Those that had not counted are void, and their requests are to be informed; as they were before."""
    dropped = fetch_all(conn, EmailChange, NOT_COUNTED, {"account_id": account_id})
    conn.execute(DROP_WAITING, {"account_id": account_id, "now": now})
    return dropped


def count(conn: Connection, change_id: UUID, now: datetime, undo_until: datetime, *, addresses: bytes) -> None:
    """The new address is the space's from now on."""
    params = {"change_id": change_id, "now": now, "undo_until": undo_until, "addresses": addresses}
    conn.execute(COUNT, params)


def undo_from(conn: Connection, undone: EmailChange, now: datetime) -> list[EmailChange]:
    """That change and all that were asked for after it are void; as they were before, the newest first."""
    params = {"account_id": undone.account_id, "ordinal": undone.ordinal}
    void = fetch_all(conn, EmailChange, NOT_UNDONE_SINCE, params)
    conn.execute(UNDO, params | {"now": now})
    return void


def expired(conn: Connection, now: datetime) -> list[tuple[UUID, UUID]]:
    """Ids of changes whose requests are to be informed that the link was not followed in time, each with its account."""
    return [(row["change_id"], row["account_id"]) for row in conn.execute(EXPIRED, {"now": now})]
