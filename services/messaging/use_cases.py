"""What messaging does, one function and one transaction each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.chassis.actors import only_ourselves
from services.chassis.errors import Unavailable
from services.chassis.event_store.keys import KeyDestroyed
from services.chassis.event_store.store import Store, Transaction
from services.messaging import begun_messages
from services.messaging import store as rows
from services.messaging.exchange import (
    Direction,
    Exchange,
    ExchangeAdded,
    ExchangeRead,
    ExchangesNotAllowed,
    Side,
    UnknownExchange,
    complete,
    written,
)
from services.messaging.grants import Grant
from services.messaging.notice import (
    NEWS_APART,
    PASSING,
    WAYS,
    EmailFailed,
    EmailSent,
    Notice,
    Reason,
    State,
    line_id,
    next_try,
    notice_id,
    settled,
)
from services.messaging.purposes import LABELS, TO_DEPARTMENT, WITHOUT_PROOF, Purpose
from services.messaging.town import Procedure


class RequestNotHeardYet(Unavailable):
    code = "request_not_heard_yet"
    message = "Cette demande vient d’arriver : réessayez dans un instant."


OWED = "owed"
"""The signal of a mail that became due, or whose time is known now."""


def owe(
    tx: Transaction,
    event_id: UUID,
    purpose: Purpose,
    *,
    request_id: UUID | None = None,
    account_id: UUID | None = None,
    about: str | None = None,
    reply: bool = False,
    by_applicant: bool = False,
    of_use_until: datetime | None = None,
    due_at: datetime | None = None,
) -> None:
    """One notice an event and purpose, however often it is asked. `by_applicant`: the act is the applicant's own;
    `of_use_until`: when what it reminds of has begun or passed; `due_at`: when it is to leave, else now."""
    tx.wake(OWED)
    tx.conn.execute(
        rows.OWE,
        {
            "id": notice_id(event_id, purpose),
            "purpose": purpose.value,
            "event_id": event_id,
            "correlation_id": tx.correlation_id,
            "request_id": request_id,
            "account_id": account_id,
            "about": about,
            "reply": reply,
            "by_applicant": by_applicant,
            "of_use_until": of_use_until,
            "due_at": due_at or tx.now,
            "now": tx.now,
        },
    )


def owe_news(tx: Transaction, event_id: UUID, request_id: UUID, department: str, *, alert: bool = False) -> None:
    """The department is told of a new request: with the news that waits already, or by a mail of its own, in its time.

    What the procedure marks (`alert`) leaves at once, with all that waits.
    """
    tx.wake(OWED)
    told = {"event_id": event_id, "request_id": request_id, "department": department, "alert": alert, "now": tx.now}
    if not tx.conn.execute(rows.JOIN_NEWS, told).fetchone():
        mail = {
            "id": notice_id(event_id, Purpose.NEW_REQUEST),
            "correlation_id": tx.correlation_id,
            "apart": NEWS_APART,
        }
        tx.conn.execute(rows.OWE_NEWS, told | mail)


def owe_change(tx: Transaction, event_id: UUID, request_id: UUID, change: Purpose) -> None:
    """The department is told of what the person did to a request, unless the news of that request still waits: it has
    not seen it yet. `change`: the mail by which the person is told of the same."""
    if not tx.conn.execute(rows.NEWS_WAITS, {"request_id": request_id}).fetchone():
        owe(tx, event_id, Purpose.CHANGE_TO_TOWN, request_id=request_id, about=change.value)


def leave_news(tx: Transaction, request_id: UUID) -> None:
    """News that has not left no longer tells of this request; alone in it, it takes the mail with it."""
    tx.conn.execute(rows.LEAVE_NEWS, {"request_id": request_id})
    tx.conn.execute(rows.DROP_NEWS, {"request_id": request_id})


@dataclass(frozen=True, kw_only=True)
class NewExchange:
    id: UUID
    request_id: UUID
    side: Side
    author: str
    text: str


def add_exchange(
    tx: Transaction, grant: Grant, exchange_id: UUID, text: str, *, seen: UUID | None = None
) -> dict[str, str]:
    """Adds to the thread and owes the other side a mail; refuses with ExchangesNotAllowed or the refusals of the text.

    `seen`: the last exchange that its author had before their eyes. Those of the other side, up to that one, are read.
    """
    grant.require_exchange()
    request = rows.request(tx.conn, grant.request_id)
    if request is None:
        raise RequestNotHeardYet
    procedure = rows.definition(tx.conn, request.procedure, request.version)
    if procedure is None:
        raise RequestNotHeardYet
    if not Procedure(procedure).exchanges:
        raise ExchangesNotAllowed
    kept = written(text) if grant.side is Side.CITIZEN else complete(written(text))
    new = NewExchange(id=exchange_id, request_id=grant.request_id, side=grant.side, author=grant.name, text=kept)
    if seen:
        _read_up_to(tx, grant, seen)
    event_id = keep_exchange(tx, new)
    if grant.side is Side.CITIZEN:
        begun_messages.drop(tx, grant.request_id)
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
        rows.ADD_EXCHANGE,
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
    past = {"exchange_id": str(new.id), "direction": direction.value, "imported": at is not None}
    events: list[ExchangeAdded | ExchangeRead] = [ExchangeAdded(**past, occurred_at=at)]
    if read_at:
        events.append(ExchangeRead(**past, occurred_at=read_at))
    return tx.append(f"request-{key}", events)[0].event_id


def thread(tx: Transaction, grant: Grant) -> list[Exchange]:
    """The exchanges of a request, oldest first; those whose key is destroyed are gone. Reading marks nothing."""
    found = tx.conn.execute(rows.EXCHANGES, {"request": grant.request_id}).fetchall()
    contents = [(row, tx.open(str(grant.request_id), row["sealed"])) for row in found]
    return [
        Exchange(
            id=row["id"],
            direction=Direction(row["direction"]),
            author=content["author"],
            added_at=row["added_at"],
            read_at=row["read_at"],
            text=content["text"],
        )
        for row, content in contents
        if content is not None
    ]


def mark_read(tx: Transaction, grant: Grant, exchange_id: UUID) -> dict[str, str]:
    """The exchange counts as read by the side that it was written to; its author's own look changes nothing."""
    grant.require_read()
    found = next((exchange for exchange in thread(tx, grant) if exchange.id == exchange_id), None)
    if found is None:
        raise UnknownExchange
    if (
        found.unread_by(grant.side)
        and tx.conn.execute(rows.MARK_READ, {"now": tx.now, "id": exchange_id, "request": grant.request_id}).fetchone()
    ):
        read = ExchangeRead(exchange_id=str(exchange_id), direction=found.direction.value)
        tx.append(f"request-{grant.request_id}", [read])
    return {"exchange_id": str(exchange_id)}


def _read_up_to(tx: Transaction, grant: Grant, seen: UUID) -> None:
    direction = next(one for one in Direction if one.reader is grant.side)
    about = {"request": grant.request_id, "direction": direction.value, "seen": seen, "now": tx.now}
    opened = tx.conn.execute(rows.MARK_READ_UP_TO, about).fetchall()
    if opened:
        read = [ExchangeRead(exchange_id=str(row["id"]), direction=direction.value) for row in opened]
        tx.append(f"request-{grant.request_id}", read)


def sent(tx: Transaction, notice: Notice, proof: Mapping[str, Any], *, line: State | None = None) -> None:
    """The mail server has it: the proof is sealed with the key of the request or account, EmailSent is said.

    `line`: what agents do beside it.
    """
    key = str(notice.subject_id)
    kept = None if notice.purpose in WITHOUT_PROOF else _sealed(tx, key, proof)
    if tx.conn.execute(rows.SENT, {"id": notice.id, "now": tx.now, "proof": kept}).fetchone():
        said = EmailSent(notice_id=str(notice.id), purpose=notice.purpose.value, attempts=notice.attempts)
        tx.append(f"notice-{notice.id}", [said, *settled(notice)], subject=key)
        if line:
            tx.conn.execute(
                rows.LINE, {"id": line_id(notice.id), "beside": notice.id, "state": line.value, "now": tx.now}
            )


def _sealed(tx: Transaction, key: str, proof: Mapping[str, Any]) -> bytes | None:
    """None when its subject was erased while the mail was on its way."""
    try:
        return tx.seal(key, proof)
    except KeyDestroyed:
        return None


def not_sent(tx: Transaction, notice: Notice, reason: Reason) -> datetime | None:
    """When it will be tried again; None after the final failure, which is said and told to the department, and for a
    reminder that comes too late, which is dropped.

    Mails that were to leave together share every try, and each of them the final failure.
    """
    if reason is Reason.OUTDATED:
        tx.conn.execute(rows.DROP, {"id": notice.id})
        return None
    again = next_try(notice.attempts, reason, tx.now)
    if again:
        attempts = notice.attempts - 1 if reason in PASSING else notice.attempts
        later = {"id": notice.id, "due_at": again, "reason": reason.value, "attempts": attempts}
        tx.conn.execute(rows.LATER, later)
        return again
    if not tx.conn.execute(rows.FAILED, {"id": notice.id, "now": tx.now, "reason": reason.value}).fetchone():
        return None
    if notice.purpose is Purpose.RECEIPTS:
        for one, _ in rows.gathered(tx.conn, notice.id):
            not_sent(tx, replace(one, attempts=notice.attempts), reason)
    else:
        failed = EmailFailed(
            notice_id=str(notice.id), purpose=notice.purpose.value, attempts=notice.attempts, reason=reason.value
        )
        recorded = tx.append(f"notice-{notice.id}", [failed, *settled(notice)], subject=str(notice.subject_id))
        if notice.request_id and not notice.to_department and reason is not Reason.ERASED:
            owe(
                tx,
                recorded[0].event_id,
                Purpose.DELIVERY_FAILED,
                request_id=notice.request_id,
                about=notice.purpose.value,
            )
    return None


def import_exchanges(tx: Transaction, exchanges: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Keeps the exchanges of sample requests with their past dates; imported twice, they are there once.

    For processes of ours only.
    """
    only_ourselves(tx.actor)
    added = 0
    for number, given in enumerate(exchanges):
        new = NewExchange(
            id=uuid5(given["request_id"], f"exchange {number} of the import"),
            request_id=given["request_id"],
            side=Side(given["side"]),
            author=given["author"],
            text=written(given["text"]),
        )
        added += keep_exchange(tx, new, at=given["at"], read_at=given["at"] if given["read"] else None) is not None
    return {"added": added}


def listed(store: Store, grant: Grant) -> dict[str, Any]:
    """The thread as the grant's side lists it, with the number that it has not opened yet. `begun`: the applicant's
    message that is not sent yet."""
    grant.require_read()
    with store.transaction() as tx:
        exchanges = thread(tx, grant)
        begun = begun_messages.begun(tx, grant)
    return {
        "items": [exchange.listed(grant.side, grant.department) for exchange in exchanges],
        "unread": sum(exchange.unread_by(grant.side) for exchange in exchanges),
        "begun": begun,
    }


def opened(store: Store, grant: Grant, exchange_id: UUID) -> dict[str, Any]:
    """One exchange, whole."""
    grant.require_read()
    with store.transaction() as tx:
        found = next(exchange for exchange in thread(tx, grant) if exchange.id == exchange_id)
    return found.listed(grant.side, grant.department)


def emails(store: Store, grant: Grant) -> list[dict[str, Any]]:
    """What is owed to the applicant of a request: kind and its words, since when, and whether it left. `letter_id`: of a
    letter, which can be read; `by`: the agent who handed it over, posted it or called."""
    grant.require_read()
    params = {"request": grant.request_id, "left_out": [purpose.value for purpose in TO_DEPARTMENT]}
    with store.transaction() as tx:
        found = tx.conn.execute(rows.EMAILS, params | {"now": tx.now}).fetchall()
        return [
            {
                "kind": row["purpose"],
                "label": LABELS.get(Purpose(row["purpose"]), "Courriel"),
                "at": row["at"].isoformat(),
                "state": row["state"],
                "letter_id": str(row["id"]) if row["state"] in (State.ON_PAPER, *WAYS) else None,
                "by": _delivered_by(tx, grant, row),
            }
            for row in found
        ]


def _delivered_by(tx: Transaction, grant: Grant, row: rows.Row) -> str | None:
    if row["state"] not in (*WAYS, State.CALLED) or row["proof"] is None:
        return None
    proof = tx.open(str(grant.request_id), row["proof"])
    return proof["delivered_by"] if proof else None
