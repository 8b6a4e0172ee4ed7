"""What a request or a draft holds, as pages list it and as the manifest signs it."""

from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from services.chassis.event_store.store import Store, Transaction
from services.chassis.settings import Settings
from services.chassis.signing import sign
from services.documents.files import rows
from services.documents.files.events import StoredFileRejected
from services.documents.files.grants import Grant
from services.documents.files.manifest import manifest
from services.documents.files.rules import TOWN
from services.documents.files.steps import LIVE_STATES, label_of, limits
from services.documents.schemas.owner import Owner
from services.documents.schemas.pieces import Document, Documents, File, Manifest
from services.documents.schemas.storage import RejectedFile, StorageCount, StorageSpace, StoredDocument, StoredFile

REJECTIONS_SHOWN = timedelta(days=30)
"""For how long the page of a space shows what a late scan took out of it."""


def handed_in(tx: Transaction, owner: Owner, *, only_frozen: bool = False) -> list[Document]:
    """The documents of a request, a draft or a space with their ready files, names opened; none once the key is destroyed."""
    key = owner.key
    files = [file for file in rows.files_of(tx.conn, owner) if file.state == "ready"]
    readable = [file for file in files if (file.frozen or not only_frozen) and tx.open(key, file.name) is not None]
    documents: list[Document] = []
    for document_id, group in groupby(readable, key=lambda file: file.document_id):
        first, *others = group
        documents.append(
            Document(
                id=str(document_id),
                piece=first.piece,
                label=label_of(tx, first) or "",
                side=first.side,
                author=tx.open(key, first.author) if first.author else None,
                sensitive=first.sensitive,
                delete_after=first.delete_after,
                added_at=first.added_at.isoformat(),
                files=tuple(
                    File(
                        id=str(file.id),
                        name=tx.open(key, file.name) or "",
                        size=file.kept_bytes or 0,
                        sha256=file.sha256 or "",
                        type=file.media_type or "",
                        scan=file.scan,
                    )
                    for file in (first, *others)
                ),
            )
        )
    return documents


def listed(store: Store, grant: Grant) -> Documents:
    """The documents of a request or draft, as a page lists them."""
    grant.require_read()
    with store.transaction() as tx:
        documents = handed_in(tx, grant.owner)
    # which agent added a piece is for the town alone
    return Documents(
        documents=tuple(documents if grant.side == TOWN else (replace(one, author=None) for one in documents))
    )


def stored(store: Store, holder: Grant) -> StorageSpace:
    """What the holder's space shows, and how many of its places are taken."""
    with store.transaction() as tx:
        live = {file.document_id for file in rows.files_of(tx.conn, holder.owner) if file.state in LIVE_STATES}
        return StorageSpace(
            documents=tuple(_stored(document) for document in handed_in(tx, holder.owner)),
            most=limits(tx).documents_a_space,
            taken=len(live),
            rejected=_rejected(tx, holder.owner),
        )


def _rejected(tx: Transaction, owner: Owner) -> tuple[RejectedFile, ...]:
    """What a late scan took out of the space lately, as far as the holder's words can be read."""
    since = tx.now - REJECTIONS_SHOWN
    found = [one for one in tx.history(owner.stream) if isinstance(one.event, StoredFileRejected) and one.time >= since]
    return tuple(
        RejectedFile(label=one.event.label, name=one.event.name, at=one.time.isoformat())
        for one in found
        if one.event.label is not None and one.event.name is not None
    )


def counted(store: Store, holder: Grant) -> StorageCount:
    with store.transaction() as tx:
        documents = rows.stored_documents(tx.conn, holder.owner.id)
        return StorageCount(documents=documents, most=limits(tx).documents_a_space)


def _stored(document: Document) -> StoredDocument:
    files = tuple(
        StoredFile(id=UUID(file.id), name=file.name, size=file.size, type=file.type or "") for file in document.files
    )
    return StoredDocument(id=UUID(document.id), label=document.label, added_at=document.added_at, files=files)


def signed_manifest(store: Store, settings: Settings, grant: Grant) -> Manifest:
    """What was frozen, signed with the key that our services share."""
    with store.transaction() as tx:
        frozen = handed_in(tx, grant.owner, only_frozen=True)
    return Manifest(manifest=sign(settings, "manifest", manifest(grant.request_id, frozen)))
