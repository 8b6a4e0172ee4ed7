"""Exchanges, and messages that are begun: rows and statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from services.chassis.event_store.db import Connection
from services.chassis.event_store.transaction import Reading
from services.messaging.exchanges.rules import Exchange
from services.messaging.schemas.facts import Direction

ADD_EXCHANGE = """
INSERT INTO exchanges (id, request_id, direction, sealed, added_at, read_at)
VALUES (%(id)s, %(request)s, %(direction)s, %(sealed)s, %(added_at)s, %(read_at)s)
ON CONFLICT DO NOTHING RETURNING id
"""

MARK_READ = """
UPDATE exchanges SET read_at = %(now)s WHERE id = %(id)s AND request_id = %(request)s AND read_at IS NULL RETURNING id
"""

MARK_READ_UP_TO = """
WITH opened AS (
    UPDATE exchanges SET read_at = %(now)s
    WHERE request_id = %(request)s AND direction = %(direction)s AND read_at IS NULL
        AND (added_at, id) <= (SELECT added_at, id FROM exchanges WHERE id = %(seen)s AND request_id = %(request)s)
    RETURNING id, added_at
)
SELECT id FROM opened ORDER BY added_at, id
"""

DELETE_EXCHANGES = "DELETE FROM exchanges WHERE request_id = %(request)s"

KEEP_BEGUN = """
INSERT INTO begun_messages (request_id, sealed, saved_at) VALUES (%(request)s, %(sealed)s, %(now)s)
ON CONFLICT (request_id) DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at
"""
DROP_BEGUN = "DELETE FROM begun_messages WHERE request_id = %(request)s"
FORGET_BEGUN = "DELETE FROM begun_messages WHERE saved_at <= %(until)s"
WRITTEN_SINCE = """
SELECT 1 FROM exchanges WHERE request_id = %(request)s AND direction = 'to_town' AND added_at > coalesce(
    (SELECT added_at FROM exchanges WHERE id = %(seen)s AND request_id = %(request)s), '-infinity')
LIMIT 1
"""
EXCHANGES = """
SELECT exchanges.id, exchanges.request_id, direction, sealed, added_at, read_at, department
FROM exchanges LEFT JOIN requests ON requests.id = exchanges.request_id
WHERE exchanges.request_id = ANY(%(ids)s) ORDER BY added_at, exchanges.id
"""
BEGUN_OF_REQUESTS = (
    "SELECT request_id, sealed FROM begun_messages WHERE request_id = ANY(%(ids)s) AND saved_at > %(since)s"
)


def exchanges(tx: Reading, request_ids: Sequence[UUID]) -> list[tuple[UUID, str, Exchange]]:
    """Each with its request and the slug of the department in charge, "" where that is not known; the oldest first. Those whose
    key is destroyed are left out."""
    found = tx.conn.execute(EXCHANGES, {"ids": list(request_ids)}).fetchall()
    opened = ((row, tx.open(str(row["request_id"]), row["sealed"])) for row in found)
    return [
        (row["request_id"], row["department"] or "", _exchange(row, said)) for row, said in opened if said is not None
    ]


def _exchange(row: DictRow, said: Mapping[str, str]) -> Exchange:
    apart = {name: row[name] for name in ("id", "added_at", "read_at")}
    return Exchange(author=said["author"], text=said["text"], direction=Direction(row["direction"]), **apart)


def begun(tx: Reading, request_ids: Sequence[UUID], *, since: datetime) -> dict[UUID, str]:
    """By request, the message that is begun."""
    found = tx.conn.execute(BEGUN_OF_REQUESTS, {"ids": list(request_ids), "since": since}).fetchall()
    contents = ((row["request_id"], tx.open(str(row["request_id"]), row["sealed"])) for row in found)
    return {request_id: content["text"] for request_id, content in contents if content is not None}


def mark_read_up_to(conn: Connection, about: Mapping[str, object]) -> list[UUID]:
    """The exchanges that became read, the oldest first."""
    return [row["id"] for row in conn.execute(MARK_READ_UP_TO, about)]
