"""The journal of the staff's looks at files (D8): who, which piece, when. Kept as long as the town says, no longer."""

from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.store import Store, Transaction
from services.documents import store as rows
from services.documents.grants import Grant

RECORD: LiteralString = """
INSERT INTO staff_views (file_id, request_id, agent_id, agent_name, viewed_at)
VALUES (%(file)s, %(request)s, %(agent)s, %(name)s, %(now)s)
"""
READ: LiteralString = """
SELECT staff_views.id, agent_id, agent_name, viewed_at, label FROM staff_views
LEFT JOIN files ON files.id = file_id LEFT JOIN documents ON documents.id = files.document_id
WHERE staff_views.request_id = %s AND (viewed_at, staff_views.id) < (%s, %s)
ORDER BY viewed_at DESC, staff_views.id DESC LIMIT %s
"""
FORGET: LiteralString = "DELETE FROM staff_views WHERE viewed_at < %s"


def record(tx: Transaction, file: rows.File, viewer: Actor) -> None:
    looked = {"file": file.id, "request": file.request_id, "agent": viewer.id, "name": viewer.name, "now": tx.now}
    tx.conn.execute(RECORD, looked)


def of_request(
    store: Store, grant: Grant, at_most: int, before_at: datetime | None = None, before_id: int | None = None
) -> dict[str, Any]:
    """The looks at the files of that request, the latest first: from the newest, or those before that one.

    `piece` is None where it was erased meanwhile.
    """
    grant.require_audit()
    with store.transaction() as tx:
        found = tx.conn.execute(READ, (grant.request_id, before_at or "infinity", before_id or 0, at_most)).fetchall()
        return {"views": [_told(tx, grant.request_id, row) for row in found]}


def forget_old(store: Store) -> None:
    with store.transaction() as tx:
        settings = rows.town_settings(tx.conn)
        if settings is not None:
            tx.conn.execute(FORGET, (tx.now - timedelta(days=31 * int(settings["access_log_months"])),))


def _told(tx: Transaction, request_id: UUID, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "agent_id": row["agent_id"],
        "agent_name": row["agent_name"],
        "what": "file",
        "at": row["viewed_at"].isoformat(),
        "piece": tx.open(str(request_id), row["label"]) if row["label"] is not None else None,
    }
