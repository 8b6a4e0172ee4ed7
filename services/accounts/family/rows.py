"""The members of a citizen's family: rows and statements. The caller who adds one has locked the row of the account."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.event_store.db import Connection, fetch_all
from services.chassis.structs import Struct

ADD = """
INSERT INTO family_members (member_id, account_id, ordinal, details)
VALUES (%(member_id)s, %(account_id)s,
        (SELECT coalesce(max(ordinal), -1) + 1 FROM family_members WHERE account_id = %(account_id)s), %(details)s)
"""
OF_ACCOUNT = "SELECT member_id AS id, details FROM family_members WHERE account_id = %(account_id)s ORDER BY ordinal"
CHANGE = """
UPDATE family_members SET details = %(details)s WHERE member_id = %(member_id)s AND account_id = %(account_id)s
"""
REMOVE = """
DELETE FROM family_members WHERE member_id = %(member_id)s AND account_id = %(account_id)s RETURNING member_id
"""


class Sealed(Struct):
    """A row of which only the id is in clear."""

    id: UUID
    details: bytes


def add(conn: Connection, member_id: UUID, account_id: UUID, details: bytes) -> None:
    """After those who are there."""
    conn.execute(ADD, {"member_id": member_id, "account_id": account_id, "details": details})


def of_account(conn: Connection, account_id: UUID) -> Sequence[Sealed]:
    """In the order in which they were added."""
    return fetch_all(conn, Sealed, OF_ACCOUNT, {"account_id": account_id})


def change(conn: Connection, member_id: UUID, account_id: UUID, details: bytes) -> None:
    conn.execute(CHANGE, {"member_id": member_id, "account_id": account_id, "details": details})


def remove(conn: Connection, member_id: UUID, account_id: UUID) -> bool:
    """False when the account has no such member."""
    return conn.execute(REMOVE, {"member_id": member_id, "account_id": account_id}).fetchone() is not None
