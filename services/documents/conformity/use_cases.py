"""A piece is marked as conforming or not, or its mark is taken back: one transaction."""

from services.chassis.errors import Conflict, Invalid
from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.documents.conformity import rows
from services.documents.files import rows as files
from services.documents.files.grants import Grant
from services.documents.files.rules import UnknownDocument
from services.documents.schemas.pieces import MarkDocument
from services.townhall.grants import GrantRefused, Side


class MarkWithoutReason(Invalid):
    message = "Dites ce qui ne va pas, par exemple « Illisible »."


class DocumentChanged(Conflict):
    message = "Cette pièce a changé depuis que vous l’avez ouverte : regardez-la de nouveau."


def mark(tx: Transaction, _: Settings, asked: MarkDocument, grant: Grant) -> None:
    """Raises MarkWithoutReason, UnknownDocument, DocumentChanged, and what a grant that may change no piece is refused with."""
    grant.require_change()
    if grant.side is not Side.TOWN or tx.actor is None:
        raise GrantRefused
    reason = " ".join(asked.reason.split())
    if asked.conforming is False and not reason:
        raise MarkWithoutReason(fields={"reason": MarkWithoutReason.message})
    tx.lock(grant.owner.stream)
    present = [
        one for one in files.files_of(tx.conn, grant.owner) if one.document_id == asked.document_id and one.ready
    ]
    if not present:
        raise UnknownDocument
    if {one.id for one in present} != {*asked.files}:
        raise DocumentChanged
    if asked.conforming is None:
        tx.conn.execute(rows.FORGET, {"document": asked.document_id})
        return
    key = grant.owner.key
    noted = {
        "document": asked.document_id,
        "files": list(asked.files),
        "conforming": asked.conforming,
        "reason": None if asked.conforming else tx.seal(key, reason),
        "agent_id": tx.actor.id,
        "agent": tx.seal(key, grant.name or tx.actor.id),
        "now": tx.now,
    }
    tx.conn.execute(rows.SAVE, noted)
