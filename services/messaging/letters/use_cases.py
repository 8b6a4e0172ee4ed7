"""What agents print, then hand over or post, for a person without e-mail address or who prefers the post, and the calls
that they make (glossary R5, R13, R16).

What was printed last is kept, sealed with the key of the request: with who delivered it, how and when, it is the proof of
what the person was sent.
"""

from uuid import UUID

from services.chassis.contracts import Json
from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.messaging.exchanges.grants import Grant
from services.messaging.letters.rules import delivered, open_call, open_letter
from services.messaging.notices import rows
from services.messaging.notices.events import LetterDelivered
from services.messaging.notices.rules import WAYS, LetterNotPrinted, NoSuchWay, State
from services.messaging.schemas.letters import DeliverLetter, LetterDelivery, LetterPrinted


def keep_printed(tx: Transaction, grant: Grant, letter_id: UUID, written: Json | None) -> LetterPrinted:
    """Keeps the text that was printed. Raises LetterAlreadyDelivered: what left is not written anew."""
    found = tx.conn.execute(rows.LETTER_LOCKED, {"request": grant.request_id, "id": letter_id}).fetchone()
    row = open_letter(found, grant)
    if row["state"] in WAYS or written is None:
        raise delivered(row)
    kept = {**written, "printed_at": tx.now.isoformat()}
    tx.conn.execute(rows.PRINTED, {"id": row["id"], "proof": tx.seal(str(grant.request_id), kept)})
    return LetterPrinted(letter_id=str(row["id"]), printed_at=kept["printed_at"])


def deliver(tx: Transaction, _: Settings, asked: DeliverLetter, grant: Grant) -> LetterDelivery:
    """The letter was handed over or posted, or the person called, once: raises LetterNotPrinted, NoSuchWay, and
    LetterAlreadyDelivered or CallAlreadyNoted for who comes second."""
    way, about = State(asked.way), {"request": grant.request_id, "id": asked.letter_id}
    found = tx.conn.execute(rows.LETTER_LOCKED, about).fetchone()
    is_call = found is not None and found["state"] in (State.TO_CALL, State.CALLED)
    row = open_call(found, grant) if found is not None and is_call else open_letter(found, grant)
    if is_call is not (way is State.CALLED):
        raise NoSuchWay
    if row["state"] in WAYS:
        raise delivered(row)
    if row["proof"] is None and not is_call:
        raise LetterNotPrinted
    key = str(grant.request_id)
    proof = {**(tx.open(key, row["proof"]) or {} if row["proof"] else {}), "delivered_by": grant.name}
    tx.conn.execute(rows.DELIVERED, {"id": row["id"], "way": way.value, "now": tx.now, "proof": tx.seal(key, proof)})
    said = LetterDelivered(notice_id=str(row["id"]), purpose=row["purpose"], way=way.value, agent=grant.name)
    tx.append(f"notice-{row['id']}", [said], subject=key, key=key)
    return LetterDelivery(letter_id=str(row["id"]), state=way.value)
