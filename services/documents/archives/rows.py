"""The rows of archives."""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection

from services.chassis.event_store.db import fetch_one
from services.chassis.structs import Struct
from services.documents.schemas.owner import Owner

Row = dict[str, Any]

COLUMNS: LiteralString = """
SELECT owner_kind, owner_id, asked_at, correlation_id, attempts, object_key, ready_at, expires_at, bytes FROM archives
"""
ONE: LiteralString = COLUMNS + "WHERE owner_kind = %(owner_kind)s AND owner_id = %(owner_id)s"
DUE: LiteralString = (
    COLUMNS + "WHERE ready_at IS NULL AND due_at <= %(now)s ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED"
)
ASK = """
INSERT INTO archives (owner_kind, owner_id, asked_at, due_at, correlation_id)
VALUES (%(owner_kind)s, %(owner_id)s, %(now)s, %(now)s, %(correlation_id)s)
ON CONFLICT (owner_kind, owner_id) DO UPDATE SET asked_at = excluded.asked_at, due_at = excluded.due_at,
    correlation_id = excluded.correlation_id, attempts = 0, object_key = NULL, ready_at = NULL, expires_at = NULL, bytes = NULL
"""
TAKE = """
UPDATE archives SET object_key = %(object_key)s, due_at = %(until)s, attempts = attempts + 1
WHERE owner_kind = %(owner_kind)s AND owner_id = %(owner_id)s
"""
GO_ON = """
UPDATE archives SET due_at = %(until)s
WHERE owner_kind = %(owner_kind)s AND owner_id = %(owner_id)s AND object_key = %(object_key)s AND ready_at IS NULL
RETURNING owner_id
"""
READY = """
UPDATE archives SET ready_at = %(now)s, expires_at = %(expires_at)s, bytes = %(bytes)s
WHERE owner_kind = %(owner_kind)s AND owner_id = %(owner_id)s AND object_key = %(object_key)s AND ready_at IS NULL
RETURNING owner_id
"""
DROP_MINE = """
DELETE FROM archives
WHERE owner_kind = %(owner_kind)s AND owner_id = %(owner_id)s AND object_key = %(object_key)s AND ready_at IS NULL
"""
DROP = "DELETE FROM archives WHERE owner_kind = %(owner_kind)s AND owner_id = %(owner_id)s RETURNING object_key"
EXPIRED = "DELETE FROM archives WHERE ready_at IS NOT NULL AND expires_at <= %(now)s RETURNING object_key"
NEXT_DUE = """
SELECT extract(epoch FROM min(due_at) - %(now)s)::float AS seconds FROM archives WHERE ready_at IS NULL
"""


class ArchiveRow(Struct):
    """`object_key`: of the present try, or of the archive that is ready."""

    owner_kind: str
    owner_id: UUID
    asked_at: datetime
    correlation_id: str | None
    attempts: int
    object_key: UUID | None
    ready_at: datetime | None
    expires_at: datetime | None
    bytes: int | None

    @property
    def owner(self) -> Owner:
        return Owner(kind=self.owner_kind, id=self.owner_id)


def about(owner: Owner) -> Row:
    return {"owner_kind": owner.kind, "owner_id": owner.id}


def find(conn: Connection[Row], owner: Owner) -> ArchiveRow | None:
    return fetch_one(conn, ArchiveRow, ONE, about(owner))


def due(conn: Connection[Row], now: datetime) -> ArchiveRow | None:
    """The one that waits longest, locked until the commit; None where none is due, or others have them in hand."""
    return fetch_one(conn, ArchiveRow, DUE, {"now": now})


def due_in(conn: Connection[Row], now: datetime) -> float | None:
    """In how many seconds the next one is due, 0 for one that is; None where none waits."""
    [row] = conn.execute(NEXT_DUE, {"now": now}).fetchall()
    return None if row["seconds"] is None else max(0.0, row["seconds"])
