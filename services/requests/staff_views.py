"""The journal of the staff's looks at files: who, what, when (D8). Written with the look, read by those who may."""

from datetime import datetime
from typing import Any, LiteralString

from services.chassis.transaction import Transaction
from services.requests import access

RECORD: LiteralString = """
INSERT INTO staff_views (request_id, agent_id, agent_name, what, at)
VALUES (%(request_id)s, %(agent_id)s, %(agent_name)s, %(what)s, %(at)s)
"""

READ: LiteralString = """
SELECT id, agent_id, agent_name, what, at FROM staff_views
WHERE request_id = %(request_id)s AND (at, id) < (%(before_at)s, %(before_id)s) ORDER BY at DESC, id DESC
LIMIT %(at_most)s
"""


def record(tx: Transaction, request_id: str, what: str) -> None:
    """A look by the staff; nobody else's is kept."""
    actor = tx.actor
    if actor is None or not access.is_staff(actor):
        return
    tx.conn.execute(
        RECORD,
        {"request_id": request_id, "agent_id": actor.id, "agent_name": actor.name, "what": what, "at": tx.now},
    )


def of_request(
    tx: Transaction, request_id: str, at_most: int, before_at: datetime | None = None, before_id: int | None = None
) -> list[dict[str, Any]]:
    """The looks at that file, the latest first: from the newest, or those before that one."""
    asked = {"request_id": request_id, "at_most": at_most, "before_at": before_at or "infinity"}
    rows = tx.conn.execute(READ, asked | {"before_id": before_id or 0}).fetchall()
    return [{**row, "at": row["at"].isoformat()} for row in rows]
