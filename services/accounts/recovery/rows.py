"""What was forgotten and by whom, and the links that are mailed for it: rows and statements."""

from datetime import datetime
from uuid import UUID

from services.chassis.event_store.db import Connection, fetch_all, fetch_one
from services.chassis.structs import Struct

# Both are looked for, always: one statement and one row, whether or not a person is found. The name is folded.
ASK = """
INSERT INTO recoveries_asked (asked_id, forgotten, by_email, by_username, asked_at, correlation_id)
SELECT %(asked_id)s, %(forgotten)s,
    (SELECT account_id FROM accounts WHERE email_hash = %(email_hash)s OR pending_email_hash = %(email_hash)s
     ORDER BY activated_at NULLS LAST, created_at DESC LIMIT 1),
    (SELECT person_id FROM credentials WHERE username = %(username)s),
    %(asked_at)s, %(correlation_id)s
"""
TAKE_ASKED = """
DELETE FROM recoveries_asked WHERE asked_id = (
    SELECT asked_id FROM recoveries_asked ORDER BY asked_id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING forgotten, coalesce(by_email, by_username) AS person_id, asked_at, correlation_id
"""

ADD_LINK = """
INSERT INTO password_resets (token_hash, person_id, nonce, expires_at)
VALUES (%(token_hash)s, %(person_id)s, %(nonce)s, %(expires_at)s)
"""
LINKS = """
SELECT r.person_id, r.token_hash, r.nonce, r.expires_at, r.used_at, c.kind, c.username, c.active
FROM password_resets AS r JOIN credentials AS c ON c.person_id = r.person_id
WHERE r.person_id = %(person_id)s ORDER BY r.expires_at DESC, r.token_hash
"""
FORGET_LINKS = "DELETE FROM password_resets WHERE expires_at <= %(before)s"


class Asked(Struct):
    """`person_id`: whose space or account it is, the one of the address before the one of the name; None where neither is known."""

    forgotten: str
    person_id: UUID | None
    asked_at: datetime
    correlation_id: str | None


class ResetLink(Struct):
    person_id: UUID
    token_hash: str
    nonce: str
    expires_at: datetime
    used_at: datetime | None
    kind: str
    username: str  # folded
    active: bool


def take_asked(conn: Connection) -> Asked | None:
    """The oldest that no other process has in hand; it is gone with the commit."""
    return fetch_one(conn, Asked, TAKE_ASKED)


def add_link(conn: Connection, token_hash: str, *, person_id: UUID, nonce: str, expires_at: datetime) -> None:
    params = {"token_hash": token_hash, "person_id": person_id, "nonce": nonce, "expires_at": expires_at}
    conn.execute(ADD_LINK, params)


def links_of(conn: Connection, person_id: UUID) -> list[ResetLink]:
    """All of a person that are still kept, the last one first."""
    return fetch_all(conn, ResetLink, LINKS, {"person_id": person_id})
