"""Draws the files of sample requests and sample spaces, lays them in the object store, then keeps their documents with their
past dates."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid5

from services.chassis.actors import only_ourselves
from services.chassis.calls import Call
from services.chassis.event_store.store import Store, Transaction
from services.documents.files import definitions, rows
from services.documents.files.events import DocumentAdded
from services.documents.files.rows import SampleFile
from services.documents.files.rules import piece
from services.documents.files.steps import limits
from services.documents.inspection.formats import extension
from services.documents.object_store.objects import Objects
from services.documents.samples.rules import sample
from services.documents.schemas.owner import Owner
from services.documents.schemas.pieces import DocumentsImported, ImportDocuments, ImportedDocument
from services.documents.schemas.storage import ImportedStorage, ImportStorage, SampleSpace
from services.documents.storage import use_cases as storing
from services.townhall.grants import Side
from services.townhall.pieces import FOR_THE_DECISION
from services.townhall.refusals import RequestNotKnownYet


def import_documents(store: Store, call: Call, asked: ImportDocuments, objects: Objects) -> DocumentsImported:
    """Imported twice, a document is there once. Raises RequestNotKnownYet, with nothing kept, where the RequestSubmitted of
    one of them has not come yet: so `added` counts all of them.

    For processes of ours only.
    """
    only_ourselves(call.actor)
    with store.read() as conn:
        if not definitions.all_defined(conn, {document.request_id for document in asked.documents}):
            raise RequestNotKnownYet
    added = 0
    for document in asked.documents:
        files = [_lay_down(objects, document.owner, document.piece, name) for name in document.files]
        with store.transaction(correlation_id=call.correlation_id) as tx:
            added += _keep(tx, document, files)
    return DocumentsImported(added=added)


def import_spaces(store: Store, call: Call, asked: ImportStorage, objects: Objects) -> ImportedStorage:
    """Fills the spaces that never held anything: one that was filled before, or used, is left as it is, also when it is empty.

    For processes of ours only. Raises SpaceFull for a space with more pieces than the town allows.
    """
    only_ourselves(call.actor)
    return ImportedStorage(added=sum(_fill(store, call, one, objects) for one in asked.spaces))


def _keep(tx: Transaction, given: ImportedDocument, files: Iterable[SampleFile]) -> bool:
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
    rows.add_document(tx.conn, owner, document_id, at, piece=asked.slug, **described)
    tx.conn.execute(rows.ANNOUNCED, {"id": document_id, "now": at})
    names: list[str] = []
    for file in files:
        names.append(file.name)
        rows.import_file(tx.conn, file, tx.seal(key, file.name), document_id, at)
    added = DocumentAdded(
        document_id=str(document_id),
        piece=asked.slug,
        files=len(names),
        by=Side.CITIZEN.value,
        imported=True,
        occurred_at=at,
        names=names,
        label=asked.label,
    )
    tx.append(owner.stream, [added], key=key)
    return True


def _fill(store: Store, call: Call, space: SampleSpace, objects: Objects) -> int:
    with store.read() as conn:
        if rows.used(conn, space.owner.id):
            return 0
    laid = [
        (piece, [_lay_down(objects, space.owner, piece.title, name) for name in piece.files]) for piece in space.pieces
    ]
    with store.transaction(correlation_id=call.correlation_id) as tx:
        return storing.fill(tx, space.owner, laid)


def _lay_down(objects: Objects, owner: Owner, piece: str, name: str) -> SampleFile:
    content, media_type = sample(name)
    file_id = imported_file_id(owner, piece, name)
    key = uuid5(file_id, "object")
    with TemporaryDirectory(prefix="parvis-sample-") as folder:
        drawn = Path(folder) / "sample"
        drawn.write_bytes(content)
        objects.keep(str(key), drawn, media_type)
    return SampleFile(
        id=file_id,
        object_key=key,
        name=name,
        extension=extension(name),
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=media_type,
    )


def imported_file_id(owner: Owner, piece: str, name: str) -> UUID:
    """The same file of the same sample has the same id in every import."""
    return uuid5(owner.id, f"{piece} {name}")
