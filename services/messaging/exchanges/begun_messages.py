"""A message that the applicant's side has begun: kept with its request until it is sent, for thirty days at most."""

from uuid import UUID

from services.chassis.errors import Invalid
from services.chassis.event_store.store import Store, Transaction
from services.chassis.settings import Settings
from services.messaging.exchanges import rows
from services.messaging.exchanges.rules import KEPT, ExchangesNotAllowed
from services.messaging.schemas.exchanges import KeepBegunMessage
from services.townhall.grants import Grant, Right, Side


def keep(tx: Transaction, _: Settings, asked: KeepBegunMessage, grant: Grant) -> None:
    """Refuses with ExchangesNotAllowed where nothing can be written any more."""
    grant.require(Right.EXCHANGE, refusal=ExchangesNotAllowed)
    about: dict[str, object] = {"request": grant.request, "seen": _exchange(asked.seen)}
    if grant.side is Side.CITIZEN and tx.conn.execute(rows.WRITTEN_SINCE, about).fetchone() is None:
        if asked.text.strip():
            key = str(grant.request)
            tx.key(key)
            tx.conn.execute(rows.KEEP_BEGUN, about | {"sealed": tx.seal(key, {"text": asked.text}), "now": tx.now})
        else:
            drop(tx, grant.request)


def drop(tx: Transaction, request_id: UUID) -> None:
    tx.conn.execute(rows.DROP_BEGUN, {"request": request_id})


def forget(store: Store) -> None:
    """Those that were not saved again for thirty days."""
    with store.transaction() as tx:
        tx.conn.execute(rows.FORGET_BEGUN, {"until": tx.now - KEPT})


def _exchange(seen: str) -> UUID | None:
    try:
        return UUID(seen) if seen else None
    except ValueError:
        raise Invalid(fields={"seen": "Il faut un identifiant."}) from None
