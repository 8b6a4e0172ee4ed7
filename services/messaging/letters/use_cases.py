"""What agents print, then hand over or post, for a person without e-mail address or who prefers the post, and the calls
that they make (glossary R5, R13, R16).

What was printed last is kept, sealed with the key of the request: with who delivered it, how and when, it is the proof of
what the person was sent.
"""

from collections.abc import Mapping
from uuid import UUID

from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.messaging.letters.rules import delivered, open_call, open_letter
from services.messaging.notices import rows
from services.messaging.notices.events import LetterDelivered
from services.messaging.notices.rules import WAYS, LetterNotPrinted, NoSuchWay, State
from services.messaging.schemas.letters import DeliverLetter, LetterDelivery, LetterPrinted
from services.townhall.grants import Grant


def keep_printed(tx: Transaction, grant: Grant, letter_id: UUID, written: Mapping[str, object] | None) -> LetterPrinted:
    """Keeps the text that was printed. Raises LetterAlreadyDelivered: what left is not written anew."""
    letter = open_letter(rows.letter(tx.conn, grant.request, letter_id, locked=True), grant)
    if letter.state in WAYS or written is None:
        raise delivered(letter)
    printed = LetterPrinted(letter_id=str(letter.notice.id), printed_at=tx.now.isoformat())
    proof = tx.seal(str(grant.request), {**written, "printed_at": printed.printed_at})
    tx.conn.execute(rows.PRINTED, {"id": letter.notice.id, "proof": proof})
    return printed


def deliver(tx: Transaction, _: Settings, asked: DeliverLetter, grant: Grant) -> LetterDelivery:
    """The letter was handed over or posted, or the person called, once: raises LetterNotPrinted, NoSuchWay, and
    LetterAlreadyDelivered or CallAlreadyNoted for the second of two."""
    way, found = State(asked.way), rows.letter(tx.conn, grant.request, asked.letter_id, locked=True)
    is_call = found is not None and found.state in (State.TO_CALL, State.CALLED)
    letter = open_call(found, grant) if found is not None and is_call else open_letter(found, grant)
    if is_call is not (way is State.CALLED):
        raise NoSuchWay
    if letter.state in WAYS:
        raise delivered(letter)
    if letter.proof is None and not is_call:
        raise LetterNotPrinted
    key, of = str(grant.request), letter.notice
    proof = tx.seal(key, {**rows.opened(tx, grant.request, letter.proof), "delivered_by": grant.name})
    tx.conn.execute(rows.DELIVERED, {"id": of.id, "way": way.value, "now": tx.now, "proof": proof})
    said = LetterDelivered(notice_id=str(of.id), purpose=of.purpose.value, way=way.value, agent=grant.name)
    tx.append(f"notice-{of.id}", [said], subject=key, key=key)
    return LetterDelivery(letter_id=str(of.id), state=way.value)
