"""Documents of sample requests, kept with their past dates. One transaction each."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.chassis.errors import Unavailable
from services.chassis.event_store.store import Transaction
from services.documents.files import definitions, rows
from services.documents.files.events import DocumentAdded
from services.documents.files.rules import piece
from services.documents.files.steps import limits
from services.documents.schemas import owner as owners
from services.townhall.pieces import FOR_THE_DECISION


class RequestNotHeardYet(Unavailable):
    code = "request_not_heard_yet"
    message = "Cette demande vient d’arriver : réessayez dans un instant."


def imported_file_id(request_id: UUID, piece: str, name: str) -> UUID:
    """The same file of the same sample request has the same id in every import."""
    return uuid5(request_id, f"{piece} {name}")


def object_key(file_id: UUID) -> UUID:
    """Where an imported file lies."""
    return uuid5(file_id, "object")


def keep_imported(
    tx: Transaction,
    request_id: UUID,
    slug: str,
    label: str | None,
    at: datetime,
    files: Iterable[Mapping[str, Any]],
) -> bool:
    """A document of a sample request with its past date; False when it is there already or a decision has erased it."""
    definition = definitions.of_request(tx.conn, request_id)
    if definition is None:
        raise RequestNotHeardYet
    asked = piece(slug, label, definition, limits(tx))
    document_id, key = uuid5(request_id, slug), str(request_id)
    ended = asked.delete_after == FOR_THE_DECISION and rows.closed(tx.conn, request_id)
    if ended or rows.owner_of(tx.conn, document_id):
        return False
    tx.key(key)
    described = {"label": tx.seal(key, asked.label), "sensitive": asked.sensitive, "delete_after": asked.delete_after}
    rows.add_document(tx.conn, owners.request(request_id), document_id, at, piece=slug, side="citizen", **described)
    tx.conn.execute(rows.ANNOUNCED, {"id": document_id, "now": at})
    names: list[str] = []
    for file in files:
        names.append(file["name"])
        sealed_name = tx.seal(key, file["name"])
        tx.conn.execute(rows.IMPORT_FILE, {**file, "name": sealed_name, "document_id": document_id, "at": at})
    added = DocumentAdded(
        document_id=str(document_id),
        piece=slug,
        files=len(names),
        by="citizen",
        imported=True,
        occurred_at=at,
        names=names,
        label=asked.label,
    )
    tx.append(f"request-{request_id}", [added], key=key)
    return True
