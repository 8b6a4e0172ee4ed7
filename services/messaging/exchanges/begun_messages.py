"""A message that the applicant's side has begun: kept with its request until it is sent, for thirty days at most."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.errors import Invalid
from services.chassis.event_store.store import Store, Transaction
from services.messaging.exchanges.grants import Grant, command
from services.messaging.exchanges.rules import Side
from services.messaging.schemas.begun_messages import KeepBegunMessage

KEPT = timedelta(days=30)  # as long as a form that is begun with a personal space

KEEP = """
INSERT INTO begun_messages (request_id, sealed, saved_at) VALUES (%(request)s, %(sealed)s, %(now)s)
ON CONFLICT (request_id) DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at
"""
BEGUN = "SELECT sealed FROM begun_messages WHERE request_id = %(request)s AND saved_at > %(since)s"
DROP = "DELETE FROM begun_messages WHERE request_id = %(request)s"
FORGET = "DELETE FROM begun_messages WHERE saved_at <= %(until)s"
WRITTEN_SINCE = """
SELECT 1 FROM exchanges WHERE request_id = %(request)s AND direction = 'to_town' AND added_at > coalesce(
    (SELECT added_at FROM exchanges WHERE id = %(seen)s AND request_id = %(request)s), '-infinity')
LIMIT 1
"""


def keep(store: Store, call: Call, grant: Grant, asked: KeepBegunMessage) -> Done:
    """Refuses with ExchangesNotAllowed where nothing can be written any more."""
    grant.require_exchange()
    seen = _exchange(asked.seen)

    def save(tx: Transaction) -> Done:
        if grant.side is not Side.CITIZEN or _written_since(tx, grant.request_id, seen):
            return Done()
        if not asked.text.strip():
            drop(tx, grant.request_id)
            return Done()
        key = str(grant.request_id)
        tx.key(key)
        kept = {"request": grant.request_id, "sealed": tx.seal(key, {"text": asked.text}), "now": tx.now}
        tx.conn.execute(KEEP, kept)
        return Done()

    return store.run_declared(command(call, grant), Done, save)


def begun(tx: Transaction, grant: Grant) -> str:
    """The words that wait, "" where there are none; those of the applicant's side are nobody else's to read."""
    if grant.side is not Side.CITIZEN:
        return ""
    about = {"request": grant.request_id, "since": tx.now - KEPT}
    row = tx.conn.execute(BEGUN, about).fetchone()
    content: dict[str, Any] | None = tx.open(str(grant.request_id), row["sealed"]) if row else None
    return content["text"] if content else ""


def drop(tx: Transaction, request_id: UUID) -> None:
    tx.conn.execute(DROP, {"request": request_id})


def forget(tx: Transaction) -> None:
    """Those that nobody went on with for thirty days."""
    tx.conn.execute(FORGET, {"until": tx.now - KEPT})


def _written_since(tx: Transaction, request_id: UUID, seen: UUID | None) -> bool:
    return tx.conn.execute(WRITTEN_SINCE, {"request": request_id, "seen": seen}).fetchone() is not None


def _exchange(seen: str) -> UUID | None:
    if not seen:
        return None
    try:
        return UUID(seen)
    except ValueError:
        raise Invalid(fields={"seen": "Il faut un identifiant."}) from None
