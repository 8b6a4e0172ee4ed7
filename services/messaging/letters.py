"""Letters: what is printed for a person without e-mail address, then handed over or posted (glossary R5, R13, R16).

What was printed last is kept, sealed with the key of the request: with who delivered it, how and when, it is the proof of
what the person was sent.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.store import Store, Transaction
from services.messaging import store as rows
from services.messaging.delivery import Delivery
from services.messaging.exchange import ExchangeAdded
from services.messaging.grants import Grant
from services.messaging.notice import (
    LABELS,
    WAYS,
    LetterAlreadyDelivered,
    LetterDelivered,
    LetterNotHeardYet,
    LetterNotPrinted,
    Notice,
    Purpose,
    State,
    UnknownLetter,
)
from services.messaging.use_cases import thread

PAGE = 20

Json = dict[str, Any]


def waiting(store: Store, actor: Actor, page: int) -> Json:
    """« À remettre ou à poster »: the letters that wait in the actor's departments, the oldest first; without any name.

    None for anyone but an agent who may read requests.
    """
    asked = {"departments": _departments(actor), "limit": PAGE, "offset": (page - 1) * PAGE}
    with store.read() as conn:
        found = conn.execute(rows.LETTERS, asked).fetchall()
    total = found[0]["total"] if found else 0 if page == 1 else count(store, actor)["waiting"]
    return {"items": [_line(row) for row in found], "total": total, "per_page": PAGE}


def count(store: Store, actor: Actor) -> Json:
    with store.read() as conn:
        found: Any = conn.execute(rows.LETTERS_WAITING, {"departments": _departments(actor)}).fetchone()
    return {"waiting": found["waiting"]}


def read(store: Store, delivery: Delivery, grant: Grant, letter_id: UUID | None, enclosed: Sequence[str]) -> Json:
    """The letter as it is to be printed, or as it was before it was delivered; None names the acknowledgement.

    Raises UnknownLetter, and LetterNotHeardYet while the request, or whether its mail is a letter, is not known here.
    """
    with store.read() as conn:
        found = conn.execute(rows.LETTER, {"request": grant.request_id, "id": letter_id}).fetchone()
        if found is None and rows.request(conn, grant.request_id) is None:
            raise LetterNotHeardYet
        row = _row(found, grant)
    if row["state"] == State.ON_PAPER:
        notice = rows.notice(row)
        with store.transaction() as tx:
            exchange = _exchange(tx, grant, notice)
        printed = delivery.print_out(notice, exchange, enclosed)
        with store.transaction() as tx:
            kept = {**printed, "printed_at": tx.now.isoformat()}
            tx.conn.execute(rows.PRINTED, {"id": notice.id, "proof": tx.seal(str(grant.request_id), kept)})
    with store.transaction() as tx:
        row = _row(tx.conn.execute(rows.LETTER, {"request": grant.request_id, "id": row["id"]}).fetchone(), grant)
        return _shown(tx, row)


def deliver(tx: Transaction, grant: Grant, letter_id: UUID, way: State) -> Json:
    """The letter was handed over or posted, once: raises LetterNotPrinted, and LetterAlreadyDelivered for who comes second."""
    found = tx.conn.execute(rows.LETTER_LOCKED, {"request": grant.request_id, "id": letter_id}).fetchone()
    row = _row(found, grant)
    if row["state"] in WAYS:
        raise LetterAlreadyDelivered(details={"way": row["state"], "at": row["settled_at"].isoformat()})
    if row["proof"] is None:
        raise LetterNotPrinted
    key = str(grant.request_id)
    proof = {**(tx.open(key, row["proof"]) or {}), "delivered_by": grant.name}
    tx.conn.execute(rows.DELIVERED, {"id": row["id"], "way": way.value, "now": tx.now, "proof": tx.seal(key, proof)})
    said = LetterDelivered(notice_id=str(row["id"]), purpose=row["purpose"], way=way.value, agent=grant.name)
    tx.append(f"notice-{row['id']}", [said], subject=key, key=key)
    return {"letter_id": str(row["id"]), "state": way.value}


def _departments(actor: Actor) -> list[str]:
    reads = actor.kind == "agent" and "read_requests" in actor.permissions
    return list(actor.departments) if reads else []


def _row(row: rows.Row | None, grant: Grant) -> rows.Row:
    if row is None:
        raise UnknownLetter
    grant.require_letter(Purpose(row["purpose"]))
    if row["state"] == State.DUE:
        raise LetterNotHeardYet
    if row["state"] not in (State.ON_PAPER, *WAYS):
        raise UnknownLetter
    return row


def _exchange(tx: Transaction, grant: Grant, notice: Notice) -> str | None:
    """The text of the message that the letter tells of."""
    if notice.purpose is not Purpose.EXCHANGE_TO_CITIZEN:
        return None
    added = next(one.event for one in tx.history(f"request-{grant.request_id}") if one.event_id == notice.event_id)
    wanted = added.exchange_id if isinstance(added, ExchangeAdded) else None
    return next((one.text for one in thread(tx, grant) if str(one.id) == wanted), None)


def _line(row: rows.Row) -> Json:
    return {
        "id": str(row["id"]),
        "kind": row["purpose"],
        "label": LABELS[Purpose(row["purpose"])],
        "number": row["number"],
        "procedure_title": row["procedure_title"],
        "since": row["created_at"].isoformat(),
        "printed": row["printed"],
    }


def _shown(tx: Transaction, row: rows.Row) -> Json:
    content = tx.open(str(row["request_id"]), row["proof"]) if row["proof"] else None
    if content is None:
        raise UnknownLetter
    return {
        "delivered_by": "",
        **content,
        "id": str(row["id"]),
        "label": LABELS[Purpose(row["purpose"])],
        "since": row["created_at"].isoformat(),
        "state": row["state"],
        "delivered_at": row["settled_at"].isoformat() if row["settled_at"] else None,
    }
