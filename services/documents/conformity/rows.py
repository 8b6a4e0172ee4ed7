"""Marks of pieces, one a document: SQL beside the row it serves."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from services.chassis.event_store.db import Connection, fetch_all
from services.chassis.structs import Struct

SAVE = """
INSERT INTO conformity (document_id, files, conforming, reason, agent_id, agent, marked_at)
VALUES (%(document)s, %(files)s, %(conforming)s, %(reason)s, %(agent_id)s, %(agent)s, %(now)s)
ON CONFLICT (document_id) DO UPDATE SET files = EXCLUDED.files, conforming = EXCLUDED.conforming,
    reason = EXCLUDED.reason, agent_id = EXCLUDED.agent_id, agent = EXCLUDED.agent, marked_at = EXCLUDED.marked_at
"""
FORGET = "DELETE FROM conformity WHERE document_id = %(document)s"
OF_A_REQUEST: LiteralString = """
SELECT document_id, files, conforming, reason, agent, marked_at FROM conformity JOIN documents ON documents.id = document_id
WHERE request_id = %(request)s
"""


class Mark(Struct):
    """Words still sealed."""

    document_id: UUID
    files: list[UUID]
    conforming: bool
    reason: bytes | None
    agent: bytes
    marked_at: datetime


def of_request(conn: Connection, request_id: UUID) -> dict[UUID, Mark]:
    """By document."""
    found = fetch_all(conn, Mark, OF_A_REQUEST, {"request": request_id})
    return {mark.document_id: mark for mark in found}
