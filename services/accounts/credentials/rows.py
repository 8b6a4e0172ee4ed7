"""What one logs in with, and the links for another password: rows and statements."""

from datetime import datetime
from uuid import UUID

from services.accounts.spaces.rows import unless_taken
from services.chassis.event_store.db import Connection, fetch_one
from services.chassis.structs import Struct

CREDENTIALS = "SELECT person_id, kind, password_hash, active FROM credentials WHERE username = %(username)s"

CREDENTIALS_OF_PERSON = "SELECT person_id, kind, password_hash, active FROM credentials WHERE person_id = %(person_id)s"

ADD_CREDENTIALS = """
WITH added AS (
    INSERT INTO credentials (person_id, kind, username, password_hash, active)
    VALUES (%(person_id)s, %(kind)s, %(username)s, %(password_hash)s, %(active)s)
    ON CONFLICT (username) DO NOTHING RETURNING person_id, kind, active
), person AS (INSERT INTO people (person_id, kind, active) SELECT person_id, kind, active FROM added ON CONFLICT DO NOTHING)
SELECT person_id FROM added
"""

RENAME = "UPDATE credentials SET username = %(username)s WHERE person_id = %(person_id)s"

CHANGE_HASH = "UPDATE credentials SET password_hash = %(password_hash)s WHERE person_id = %(person_id)s"

PERSON_IDS = "SELECT username, person_id FROM credentials WHERE username = ANY(%(usernames)s)"
USE_LINKS = "UPDATE password_resets SET used_at = %(now)s WHERE person_id = %(person_id)s AND used_at IS NULL"


class Credentials(Struct):
    person_id: UUID
    kind: str
    password_hash: str
    active: bool


def credentials_of(conn: Connection, username: str) -> Credentials | None:
    """By the folded name."""
    return fetch_one(conn, Credentials, CREDENTIALS, {"username": username})


def credentials_of_person(conn: Connection, person_id: UUID) -> Credentials | None:
    return fetch_one(conn, Credentials, CREDENTIALS_OF_PERSON, {"person_id": person_id})


def add_credentials(
    conn: Connection, person_id: UUID, *, kind: str, username: str, password_hash: str, active: bool
) -> bool:
    """False when the folded name is taken; waits for one who is taking it."""
    params = {
        "person_id": person_id,
        "kind": kind,
        "username": username,
        "password_hash": password_hash,
        "active": active,
    }
    return conn.execute(ADD_CREDENTIALS, params).fetchone() is not None


def rename(conn: Connection, person_id: UUID, username: str) -> bool:
    """False when the folded name is taken; waits for one who is taking it."""
    return unless_taken(conn, RENAME, {"username": username, "person_id": person_id})


def person_ids(conn: Connection, usernames: list[str]) -> dict[str, UUID]:
    """Those of the folded names that exist."""
    rows = conn.execute(PERSON_IDS, {"usernames": usernames}).fetchall()
    return {row["username"]: row["person_id"] for row in rows}


def use_links(conn: Connection, person_id: UUID, now: datetime) -> None:
    """Links that were mailed before can no longer be used."""
    conn.execute(USE_LINKS, {"person_id": person_id, "now": now})
