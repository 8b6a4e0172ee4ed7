"""Documents of sample requests, kept with their past dates. One transaction each."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid5

from services.chassis.errors import NotKnownYet
from services.chassis.event_store.store import Transaction
from services.documents.files import definitions, rows
from services.documents.files.events import DocumentAdded
from services.documents.files.rules import piece
from services.documents.files.steps import limits
from services.documents.schemas.pieces import ImportedDocument
from services.townhall.pieces import FOR_THE_DECISION


class RequestNotKnownYet(NotKnownYet):
    code = "request_not_heard_yet"
    message = "Cette demande vient d’arriver : réessayez dans un instant."


def keep_imported(tx: Transaction, given: ImportedDocument, files: Iterable[Mapping[str, Any]]) -> bool:
    """A document of a sample request with its past date; False when it is there already or a decision has erased it."""
    owner, at = given.owner, given.at
    definition = definitions.of_request(tx.conn, owner.id)
    if definition is None:
        raise RequestNotKnownYet
    asked = piece(given.piece, given.label, definition, limits(tx))
    document_id, key = uuid5(owner.id, asked.slug), owner.key
    ended = asked.delete_after == FOR_THE_DECISION and rows.closed(tx.conn, owner.id)
    if ended or rows.owner_of(tx.conn, document_id):
        return False
    tx.key(key)
    described = {"label": tx.seal(key, asked.label), "sensitive": asked.sensitive, "delete_after": asked.delete_after}
    rows.add_document(tx.conn, owner, document_id, at, piece=asked.slug, side="citizen", **described)
    tx.conn.execute(rows.ANNOUNCED, {"id": document_id, "now": at})
    names: list[str] = []
    for file in files:
        names.append(file["name"])
        sealed_name = tx.seal(key, file["name"])
        tx.conn.execute(rows.IMPORT_FILE, {**file, "name": sealed_name, "document_id": document_id, "at": at})
    added = DocumentAdded(
        document_id=str(document_id),
        piece=asked.slug,
        files=len(names),
        by="citizen",
        imported=True,
        occurred_at=at,
        names=names,
        label=asked.label,
    )
    tx.append(owner.stream, [added], key=key)
    return True
