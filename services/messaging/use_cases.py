"""What messaging does, one function and one transaction each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.errors import Unavailable
from services.chassis.store import Transaction
from services.messaging import store
from services.messaging.exchange import (
    Direction,
    Exchange,
    ExchangeAdded,
    ExchangeRead,
    ExchangesNotAllowed,
    Side,
    UnknownExchange,
    written,
)
from services.messaging.grants import Grant
from services.messaging.notice import (
    EmailFailed,
    EmailSent,
    Notice,
    Purpose,
    Reason,
    next_try,
    notice_id,
)
from services.messaging.town import Procedure


class RequestNotHeardYet(Unavailable):
    code = "request_not_heard_yet"
    message = "Cette demande vient d’arriver : réessayez dans un instant."


def owe(
    tx: Transaction,
    event_id: UUID,
    purpose: Purpose,
    *,
    request_id: UUID | None = None,
    account_id: UUID | None = None,
    about: str | None = None,
    reply: bool = False,
) -> None:
    """One notice an event and purpose, however often it is asked."""
    tx.conn.execute(
        store.OWE,
        {
            "id": notice_id(event_id, purpose),
            "purpose": purpose.value,
            "event_id": event_id,
            "request_id": request_id,
            "account_id": account_id,
            "about": about,
            "reply": reply,
            "now": tx.now,
        },
    )


@dataclass(frozen=True, kw_only=True)
class NewExchange:
    id: UUID
    request_id: UUID
    side: Side
    author: str
    text: str


def add_exchange(tx: Transaction, grant: Grant, exchange_id: UUID, text: str) -> dict[str, str]:
    """Adds to the thread and owes the other side a mail; refuses with ExchangesNotAllowed or `written`'s refusals."""
    grant.require_exchange()
    request = store.request(tx.conn, grant.request_id)
    if request is None:
        raise RequestNotHeardYet
    procedure = store.definition(tx.conn, request.procedure, request.version)
    if procedure is None:
        raise RequestNotHeardYet
    if not Procedure(procedure).exchanges:
        raise ExchangesNotAllowed
    new = NewExchange(
        id=exchange_id, request_id=grant.request_id, side=grant.side, author=grant.name, text=written(text)
    )
    event_id = keep_exchange(tx, new)
    if event_id:
        purpose = Purpose.EXCHANGE_TO_TOWN if grant.side is Side.CITIZEN else Purpose.EXCHANGE_TO_CITIZEN
        owe(tx, event_id, purpose, request_id=grant.request_id)
    return {"exchange_id": str(exchange_id)}


def keep_exchange(
    tx: Transaction, new: NewExchange, *, at: datetime | None = None, read_at: datetime | None = None
) -> UUID | None:
    """Stores an exchange once and says ExchangeAdded; None when it was there already. `at` dates an imported one."""
    key, direction = str(new.request_id), Direction.written_by(new.side)
    tx.key(key)
    added = tx.conn.execute(
        store.ADD_EXCHANGE,
        {
            "id": new.id,
            "request": new.request_id,
            "direction": direction.value,
            "sealed": tx.seal(key, {"author": new.author, "text": new.text}),
            "added_at": at or tx.now,
            "read_at": read_at,
        },
    ).fetchone()
    if not added:
        return None
    events: list[ExchangeAdded | ExchangeRead] = [
        ExchangeAdded(exchange_id=str(new.id), direction=direction.value, imported=at is not None, occurred_at=at)
    ]
    if read_at:
        events.append(
            ExchangeRead(
                exchange_id=str(new.id), direction=direction.value, imported=at is not None, occurred_at=read_at
            )
        )
    return UUID(str(tx.append(f"request-{key}", events)[0].event_id))


def thread(tx: Transaction, grant: Grant) -> list[Exchange]:
    """The exchanges of a request, oldest first; those whose key is destroyed are gone. Reading marks nothing."""
    rows = tx.conn.execute(store.EXCHANGES, {"request": grant.request_id}).fetchall()
    opened = [(row, tx.open(str(grant.request_id), row["sealed"])) for row in rows]
    return [
        Exchange(
            id=row["id"],
            direction=Direction(row["direction"]),
            author=content["author"],
            added_at=row["added_at"],
            read_at=row["read_at"],
            text=content["text"],
        )
        for row, content in opened
        if content is not None
    ]


def mark_read(tx: Transaction, grant: Grant, exchange_id: UUID) -> dict[str, str]:
    """The exchange counts as read by the side that it was written to; its author's own look changes nothing."""
    found = next((exchange for exchange in thread(tx, grant) if exchange.id == exchange_id), None)
    if found is None:
        raise UnknownExchange
    if found.unread_by(grant.side) and tx.conn.execute(
        store.MARK_READ, {"now": tx.now, "id": exchange_id, "request": grant.request_id}
    ).fetchone():
        read = ExchangeRead(exchange_id=str(exchange_id), direction=found.direction.value)
        tx.append(f"request-{grant.request_id}", [read])
    return {"exchange_id": str(exchange_id)}


def sent(tx: Transaction, notice: Notice, proof: Mapping[str, Any]) -> None:
    """The mail server has it: the proof is sealed with the key of the request or account, EmailSent is said."""
    key = str(notice.subject_id)
    tx.key(key)
    if tx.conn.execute(store.SENT, {"id": notice.id, "now": tx.now, "proof": tx.seal(key, proof)}).fetchone():
        said = EmailSent(notice_id=str(notice.id), purpose=notice.purpose.value, attempts=notice.attempts)
        tx.append(f"notice-{notice.id}", [said], subject=key)


def not_sent(tx: Transaction, notice: Notice, reason: Reason) -> datetime | None:
    """When it will be tried again; None after the final failure, which is said and told to the department."""
    again = next_try(notice.attempts, reason, tx.now)
    if again:
        tx.conn.execute(store.LATER, {"id": notice.id, "due_at": again, "reason": reason.value})
        return again
    if tx.conn.execute(store.FAILED, {"id": notice.id, "now": tx.now, "reason": reason.value}).fetchone():
        failed = EmailFailed(
            notice_id=str(notice.id), purpose=notice.purpose.value, attempts=notice.attempts, reason=reason.value
        )
        recorded = tx.append(f"notice-{notice.id}", [failed], subject=str(notice.subject_id))
        if notice.request_id and not notice.to_department:
            cause = UUID(str(recorded[0].event_id))
            owe(tx, cause, Purpose.DELIVERY_FAILED, request_id=notice.request_id, about=notice.purpose.value)
    return None

