"""A message that the applicant's side has begun: kept with its request until it is sent, for thirty days at most."""

from uuid import UUID

from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.errors import Invalid
from services.chassis.event_store.store import Store, Transaction
from services.messaging.exchanges import rows
from services.messaging.exchanges.grants import Grant, command
from services.messaging.exchanges.rules import KEPT, Side
from services.messaging.schemas.begun_messages import KeepBegunMessage


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
        tx.conn.execute(rows.KEEP_BEGUN, kept)
        return Done()

    return store.run_declared(command(call, grant), Done, save)


def drop(tx: Transaction, request_id: UUID) -> None:
    tx.conn.execute(rows.DROP_BEGUN, {"request": request_id})


def forget(tx: Transaction) -> None:
    """Those that were not saved again for thirty days."""
    tx.conn.execute(rows.FORGET_BEGUN, {"until": tx.now - KEPT})


def _written_since(tx: Transaction, request_id: UUID, seen: UUID | None) -> bool:
    return tx.conn.execute(rows.WRITTEN_SINCE, {"request": request_id, "seen": seen}).fetchone() is not None


def _exchange(seen: str) -> UUID | None:
    if not seen:
        return None
    try:
        return UUID(seen)
    except ValueError:
        raise Invalid(fields={"seen": "Il faut un identifiant."}) from None
