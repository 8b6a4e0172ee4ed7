"""Draws the files of sample requests and sample spaces, lays them in the object store, then keeps their documents."""

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid5

from services.chassis.actors import Actor, only_ourselves
from services.chassis.event_store.store import Store
from services.documents.files.definitions import all_defined
from services.documents.files.rows import used
from services.documents.inspection.formats import extension
from services.documents.object_store.objects import Objects
from services.documents.samples import use_cases as sample_documents
from services.documents.samples.rules import sample
from services.documents.schemas.owner import Owner
from services.documents.schemas.pieces import DocumentsImported, ImportedDocument
from services.documents.schemas.storage import ImportedStorage, SampleSpace
from services.documents.storage import use_cases as storing


def import_documents(
    store: Store,
    objects: Objects,
    actor: Actor,
    documents: Collection[ImportedDocument],
    correlation_id: str | None = None,
) -> DocumentsImported:
    """Imported twice, a document is there once. Raises RequestNotKnownYet, with nothing kept, where the RequestSubmitted of
    one of them has not come yet: so `added` counts all of them.

    For processes of ours only.
    """
    only_ourselves(actor)
    with store.read() as conn:
        if not all_defined(conn, {document.request_id for document in documents}):
            raise sample_documents.RequestNotKnownYet
    added = 0
    for document in documents:
        files = [_lay_down(objects, document.owner, document.piece, name) for name in document.files]
        with store.transaction(correlation_id=correlation_id) as tx:
            added += sample_documents.keep_imported(tx, document, files)
    return DocumentsImported(added=added)


def import_spaces(
    store: Store, objects: Objects, actor: Actor, spaces: Iterable[SampleSpace], correlation_id: str | None = None
) -> ImportedStorage:
    """Fills the spaces that never held anything: one that was filled before, or used, is left as it is, also when it is empty.

    For processes of ours only. Raises SpaceFull for a space with more pieces than the town allows.
    """
    only_ourselves(actor)
    return ImportedStorage(added=sum(_fill(store, objects, one, correlation_id) for one in spaces))


def _fill(store: Store, objects: Objects, space: SampleSpace, correlation_id: str | None) -> int:
    with store.read() as conn:
        if used(conn, space.owner.id):
            return 0
    laid = [
        (piece, [_lay_down(objects, space.owner, piece.title, name) for name in piece.files]) for piece in space.pieces
    ]
    with store.transaction(correlation_id=correlation_id) as tx:
        return storing.fill(tx, space.owner, laid)


def _lay_down(objects: Objects, owner: Owner, piece: str, name: str) -> dict[str, Any]:
    content, media_type = sample(name)
    file_id = imported_file_id(owner, piece, name)
    key = uuid5(file_id, "object")
    with TemporaryDirectory(prefix="parvis-sample-") as folder:
        drawn = Path(folder) / "sample"
        drawn.write_bytes(content)
        objects.keep(str(key), drawn, media_type)
    return {
        "id": file_id,
        "object_key": key,
        "name": name,
        "extension": extension(name),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "media_type": media_type,
    }


def imported_file_id(owner: Owner, piece: str, name: str) -> UUID:
    """The same file of the same sample has the same id in every import."""
    return uuid5(owner.id, f"{piece} {name}")
