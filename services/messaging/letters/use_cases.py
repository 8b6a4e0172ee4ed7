"""What agents print, then hand over or post, for a person without e-mail address or who prefers the post, and whom they
call (glossary R5, R13, R16).

What was printed last is kept, sealed with the key of the request: with who delivered it, how and when, it is the proof of
what the person was sent.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.contracts import from_json
from services.chassis.event_store.store import Store, Transaction
from services.messaging.exchanges.grants import Grant
from services.messaging.exchanges.rules import ExchangeAdded
from services.messaging.exchanges.use_cases import thread
from services.messaging.heard import rows as heard_store
from services.messaging.notices import rows
from services.messaging.notices.purposes import LABELS, Purpose
from services.messaging.notices.rules import (
    WAYS,
    CallAlreadyNoted,
    LetterAlreadyDelivered,
    LetterDelivered,
    LetterNotHeardYet,
    LetterNotPrinted,
    NoSuchWay,
    Notice,
    State,
    UnknownLetter,
)
from services.messaging.schemas.letters import (
    Letter,
    LetterDelivery,
    LetterPrinted,
    LettersCount,
    WaitingLetter,
    WaitingLetters,
)

PAGE = 20

Json = dict[str, Any]


class Printer(Protocol):
    """Writes a letter as it would be printed now: the delivery loop, which asks the owners of the values."""

    def print_out(self, notice: Notice, exchange: str | None, enclosed: Sequence[str]) -> Json: ...


def waiting(store: Store, actor: Actor, page: int) -> WaitingLetters:
    """The letters and calls that wait in the actor's departments, the oldest first; without any name.

    None for anyone but an agent who may read requests.
    """
    asked = {"departments": _departments(actor), "now": store.clock.now(), "limit": PAGE, "offset": (page - 1) * PAGE}
    with store.read() as conn:
        found = conn.execute(rows.LETTERS, asked).fetchall()
    total = found[0]["total"] if found else 0 if page == 1 else count(store, actor).waiting
    return WaitingLetters(items=tuple(_line(row) for row in found), total=total, per_page=PAGE)


def count(store: Store, actor: Actor) -> LettersCount:
    with store.read() as conn:
        asked = {"departments": _departments(actor), "now": store.clock.now()}
        found: Any = conn.execute(rows.LETTERS_WAITING, asked).fetchone()
    return LettersCount(waiting=found["waiting"])


def read(store: Store, printer: Printer, grant: Grant, letter_id: UUID | None, enclosed: Sequence[str]) -> Letter:
    """The letter as it was printed last, else as it would be printed now; None names the acknowledgement. Keeps nothing.

    Raises UnknownLetter, and LetterNotHeardYet while the request, or whether its mail is a letter, is not known here.
    """
    row = _found(store, grant, letter_id)
    if row["state"] == State.ON_PAPER and row["proof"] is None:
        return _shown(row, _written(store, printer, grant, row, enclosed))
    with store.transaction() as tx:
        return _shown(row, tx.open(str(grant.request_id), row["proof"]) if row["proof"] else None)


def print_out(
    store: Store, printer: Printer, command: Call, grant: Grant, letter_id: UUID, enclosed: Sequence[str]
) -> LetterPrinted:
    """The letter is printed as it is now, with these documents of the town: that text is the proof until it is printed again.

    Raises as `read`, and LetterAlreadyDelivered: what left is not written anew.
    """
    row = _found(store, grant, letter_id)
    written = _written(store, printer, grant, row, enclosed) if row["state"] == State.ON_PAPER else None
    return store.run_declared(command, LetterPrinted, lambda tx: _keep(tx, grant, letter_id, written))


def _keep(tx: Transaction, grant: Grant, letter_id: UUID, written: Json | None) -> LetterPrinted:
    found = tx.conn.execute(rows.LETTER_LOCKED, {"request": grant.request_id, "id": letter_id}).fetchone()
    row = _row(found, grant)
    if row["state"] in WAYS or written is None:
        raise _delivered(row)
    kept = {**written, "printed_at": tx.now.isoformat()}
    tx.conn.execute(rows.PRINTED, {"id": row["id"], "proof": tx.seal(str(grant.request_id), kept)})
    return LetterPrinted(letter_id=str(row["id"]), printed_at=kept["printed_at"])


def deliver(tx: Transaction, grant: Grant, letter_id: UUID, way: State) -> LetterDelivery:
    """The letter was handed over or posted, or the person called, once: raises LetterNotPrinted, NoSuchWay, and
    LetterAlreadyDelivered or CallAlreadyNoted for who comes second."""
    found = tx.conn.execute(rows.LETTER_LOCKED, {"request": grant.request_id, "id": letter_id}).fetchone()
    is_call = found is not None and found["state"] in (State.TO_CALL, State.CALLED)
    row = _call(found, grant) if found is not None and is_call else _row(found, grant)
    if is_call is not (way is State.CALLED):
        raise NoSuchWay
    if row["state"] in WAYS:
        raise _delivered(row)
    if row["proof"] is None and not is_call:
        raise LetterNotPrinted
    key = str(grant.request_id)
    proof = {**(tx.open(key, row["proof"]) or {} if row["proof"] else {}), "delivered_by": grant.name}
    tx.conn.execute(rows.DELIVERED, {"id": row["id"], "way": way.value, "now": tx.now, "proof": tx.seal(key, proof)})
    said = LetterDelivered(notice_id=str(row["id"]), purpose=row["purpose"], way=way.value, agent=grant.name)
    tx.append(f"notice-{row['id']}", [said], subject=key, key=key)
    return LetterDelivery(letter_id=str(row["id"]), state=way.value)


def _departments(actor: Actor) -> list[str]:
    reads = actor.kind == "agent" and "read_requests" in actor.permissions
    return list(actor.departments) if reads else []


def _found(store: Store, grant: Grant, letter_id: UUID | None) -> rows.Row:
    with store.read() as conn:
        found = conn.execute(rows.LETTER, {"request": grant.request_id, "id": letter_id}).fetchone()
        if found is None and heard_store.request(conn, grant.request_id) is None:
            raise LetterNotHeardYet
        return _row(found, grant)


def _written(store: Store, printer: Printer, grant: Grant, row: rows.Row, enclosed: Sequence[str]) -> Json:
    """The text as it would be printed now."""
    notice = rows.notice(row)
    with store.transaction() as tx:
        exchange = _exchange(tx, grant, notice)
    return printer.print_out(notice, exchange, enclosed)


def _delivered(row: rows.Row) -> LetterAlreadyDelivered:
    return LetterAlreadyDelivered(details={"way": row["state"], "at": row["settled_at"].isoformat()})


def _call(row: rows.Row, grant: Grant) -> rows.Row:
    grant.require_letter(Purpose(row["purpose"]))
    if row["state"] == State.CALLED:
        raise CallAlreadyNoted
    return row


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


def _line(row: rows.Row) -> WaitingLetter:
    return WaitingLetter(
        id=str(row["id"]),
        kind=row["purpose"],
        label=LABELS[Purpose(row["purpose"])],
        number=row["number"],
        procedure_title=row["procedure_title"],
        since=row["created_at"].isoformat(),
        printed=row["printed"],
        call=row["state"] == State.TO_CALL,
    )


def _shown(row: rows.Row, content: Json | None) -> Letter:
    if content is None:
        raise UnknownLetter
    about = {
        "id": str(row["id"]),
        "label": LABELS[Purpose(row["purpose"])],
        "since": row["created_at"].isoformat(),
        "state": row["state"],
        "delivered_at": row["settled_at"].isoformat() if row["settled_at"] else None,
    }
    return from_json(Letter, content | about)
