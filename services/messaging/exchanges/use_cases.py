"""Exchanges added and read: one function and one transaction each."""

from datetime import datetime
from uuid import UUID, uuid5

from services.chassis.actors import only_ourselves
from services.chassis.calls import Call
from services.chassis.event_store.store import Store, Transaction
from services.chassis.settings import Settings
from services.messaging.copies import rows as copied
from services.messaging.exchanges import begun_messages, rows
from services.messaging.exchanges.rules import ExchangesNotAllowed, UnknownExchange, complete, written
from services.messaging.exchanges.views import thread
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.use_cases import enqueue
from services.messaging.schemas import exchanges as shown
from services.messaging.schemas.facts import Direction, ExchangeAdded, ExchangeRead
from services.townhall.grants import Grant, Right, Side
from services.townhall.refusals import RequestNotKnownYet


def add_exchange(tx: Transaction, _: Settings, asked: shown.AddExchange, grant: Grant) -> shown.ExchangeSent:
    """Adds to the thread and enqueues a mail to the other side; refuses with ExchangesNotAllowed or the refusals of the text.

    `seen`: the last exchange that its author had before their eyes. Those of the other side, up to that one, are read.
    """
    grant.require(Right.EXCHANGE, refusal=ExchangesNotAllowed)
    procedure = copied.procedure_of(tx.conn, copied.request(tx.conn, grant.request))
    if procedure is None:
        raise RequestNotKnownYet
    if not procedure.exchanges:
        raise ExchangesNotAllowed
    kept = written(asked.text) if grant.side is Side.CITIZEN else complete(written(asked.text))
    if asked.seen:
        _read_up_to(tx, grant, UUID(asked.seen))
    exchange_id = tx.new_id()
    event_id = keep_exchange(tx, exchange_id, grant.request, grant.side, grant.name, kept)
    if grant.side is Side.CITIZEN:
        begun_messages.drop(tx, grant.request)
    if event_id:
        purpose = Purpose.EXCHANGE_TO_TOWN if grant.side is Side.CITIZEN else Purpose.EXCHANGE_TO_CITIZEN
        enqueue(tx, event_id, purpose, request_id=grant.request)
    return shown.ExchangeSent(exchange_id=str(exchange_id))


def keep_exchange(
    tx: Transaction,
    exchange_id: UUID,
    request_id: UUID,
    side: Side,
    author: str,
    text: str,
    *,
    at: datetime | None = None,
    read_at: datetime | None = None,
) -> UUID | None:
    """Stores an exchange once and appends ExchangeAdded; None when it was there already. `at` dates an imported one."""
    key, direction = str(request_id), Direction.written_by(side)
    tx.key(key)
    added = tx.conn.execute(
        rows.ADD_EXCHANGE,
        {
            "id": exchange_id,
            "request": request_id,
            "direction": direction.value,
            "sealed": tx.seal(key, {"author": author, "text": text}),
            "added_at": at or tx.now,
            "read_at": read_at,
        },
    ).fetchone()
    if not added:
        return None
    named, way, imported = str(exchange_id), direction.value, at is not None
    events: list[ExchangeAdded | ExchangeRead] = [
        ExchangeAdded(exchange_id=named, direction=way, imported=imported, occurred_at=at)
    ]
    if read_at:
        events.append(ExchangeRead(exchange_id=named, direction=way, imported=imported, occurred_at=read_at))
    return tx.append(f"request-{key}", events)[0].event_id


def open_exchange(store: Store, call: Call, asked: shown.OpenExchange, grant: Grant) -> shown.Exchange:
    """The exchange, whole; it becomes read when the side that it was written to opens it."""
    grant.require(Right.READ)
    exchange_id = UUID(asked.exchange_id)
    store.run(call, lambda tx: mark_read(tx, grant, exchange_id))
    with store.viewing(call.actor) as tx:
        found = next(exchange for exchange in thread(tx, grant) if exchange.id == exchange_id)
    return found.listed(grant.side, grant.department)


def mark_read(tx: Transaction, grant: Grant, exchange_id: UUID) -> dict[str, str]:
    """The exchange counts as read by the side that it was written to; its author's own look changes nothing."""
    grant.require(Right.READ)
    found = next((exchange for exchange in thread(tx, grant) if exchange.id == exchange_id), None)
    if found is None:
        raise UnknownExchange
    if (
        found.unread_by(grant.side)
        and tx.conn.execute(rows.MARK_READ, {"now": tx.now, "id": exchange_id, "request": grant.request}).fetchone()
    ):
        read = ExchangeRead(exchange_id=str(exchange_id), direction=found.direction.value)
        tx.append(f"request-{grant.request}", [read])
    return {"exchange_id": str(exchange_id)}


def _read_up_to(tx: Transaction, grant: Grant, seen: UUID) -> None:
    direction = Direction.read_by(grant.side)
    about: dict[str, object] = {"request": grant.request, "direction": direction.value, "seen": seen, "now": tx.now}
    if opened := rows.mark_read_up_to(tx.conn, about):
        read = [ExchangeRead(exchange_id=str(one), direction=direction.value) for one in opened]
        tx.append(f"request-{grant.request}", read)


def import_exchanges(tx: Transaction, _: Settings, asked: shown.ImportExchanges) -> shown.ExchangesImported:
    """Keeps the exchanges of sample requests with their past dates; imported twice, they are there once.

    For processes of ours only.
    """
    only_ourselves(tx.actor)
    added = 0
    for number, given in enumerate(asked.exchanges):
        exchange_id, text = uuid5(given.request_id, f"exchange {number} of the import"), written(given.text)
        about = (exchange_id, given.request_id, Side(given.side), given.author, text)
        read_at = given.at if given.read else None
        added += keep_exchange(tx, *about, at=given.at, read_at=read_at) is not None
    return shown.ExchangesImported(added=added)
