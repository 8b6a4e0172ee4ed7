"""Draws the files of sample requests and sample spaces, lays them in the object store, then keeps their documents."""

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from services.chassis.actors import Actor, only_ourselves
from services.chassis.event_store.store import Store
from services.documents.files.definitions import all_defined
from services.documents.files.rows import used
from services.documents.inspection.formats import extension
from services.documents.object_store.objects import Objects
from services.documents.samples import use_cases as sample_documents
from services.documents.samples.rules import sample
from services.documents.schemas import owner as owners
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
    """Imported twice, a document is there once. Raises RequestNotHeardYet, with nothing kept, where the RequestSubmitted of
    one of them has not come yet: so `added` counts all of them.

    For processes of ours only.
    """
    only_ourselves(actor)
    with store.read() as conn:
        if not all_defined(conn, {document.request_id for document in documents}):
            raise sample_documents.RequestNotHeardYet
    added = 0
    for document in documents:
        request_id, piece = document.request_id, document.piece
        files = [_lay_down(objects, request_id, piece, name) for name in document.files]
        with store.transaction(correlation_id=correlation_id) as tx:
            added += sample_documents.keep_imported(tx, request_id, piece, document.label, document.at, files)
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
    owner = owners.space(space.account_id)
    with store.read() as conn:
        if used(conn, owner.id):
            return 0
    laid = [
        (piece, [_lay_down(objects, space.account_id, piece.title, name) for name in piece.files])
        for piece in space.pieces
    ]
    with store.transaction(correlation_id=correlation_id) as tx:
        return storing.fill(tx, owner, laid)


def _lay_down(objects: Objects, request_id: UUID, piece: str, name: str) -> dict[str, Any]:
    content, media_type = sample(name)
    file_id = sample_documents.imported_file_id(request_id, piece, name)
    key = sample_documents.object_key(file_id)
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
