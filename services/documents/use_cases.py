"""What documents does, one function and one transaction each. Bytes move in `intake.py`, outside any transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.event_store.store import Transaction
from services.documents import formats, journal, store
from services.documents.document import (
    TOWN,
    AlreadySubmitted,
    DefinitionNotHeardYet,
    DraftEnded,
    NotYours,
    Piece,
    SensitiveFile,
    UnknownDocument,
    UnknownFile,
    changed,
    check_room,
    piece,
)
from services.documents.examination import Examined
from services.documents.grants import Grant
from services.documents.schemas.owner import REQUEST
from services.townhall.pieces import Limits

EXAMINATION_LEASE = timedelta(seconds=20)
LIVE_STATES = frozenset({"awaited", "examining", "ready"})


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What the caller says of a file before its bytes come."""

    piece: str
    label: str | None
    filename: str
    size: int
    document_id: UUID | None = None
    """The document that the file joins; None: the one of the same piece, side and label, or a new one."""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Announced":
        return cls(
            piece=body["piece"],
            label=body["label"],
            filename=body["filename"],
            size=body["size"],
            document_id=body["document_id"],
        )


@dataclass(frozen=True, kw_only=True)
class NewIds:
    file: UUID
    document: UUID
    object_key: UUID


def limits(tx: Transaction) -> Limits:
    return Limits.of(store.town_settings(tx.conn))


def begin(tx: Transaction, grant: Grant, new: Announced, ids: NewIds) -> dict[str, str]:
    """Makes room for one file, which the next 15 minutes may bring; refuses what its name and size already tell."""
    key, town = grant.owner.key, limits(tx)
    open_to_change(tx, grant)
    live = [file for file in store.files_of(tx.conn, grant.owner) if file.state in LIVE_STATES]
    joined = None if new.document_id is None else own_document(live, grant, new.document_id)
    slug, label = (joined[0].piece, label_of(tx, joined[0])) if joined else (new.piece, new.label)
    asked = piece(slug, label, definition(tx, grant), town)
    name = formats.safe_name(new.filename)
    known = formats.announced(name, asked.formats, new.size, town.max_bytes)
    tx.key(key)
    same = joined or of_piece(tx, live, grant, asked)
    check_room(asked, len(same), len(live))
    document_id = same[0].document_id if same else ids.document
    if not same:
        add_document(tx, grant, document_id, asked)
    tx.conn.execute(
        store.ADD_FILE,
        {
            "id": ids.file,
            "document_id": document_id,
            "object_key": ids.object_key,
            "announced_bytes": new.size,
            "extension": known.extensions[0],
            "name": tx.seal(key, name),
            "now": tx.now,
            # a file for a request that was filed stays, also when the submission is heard of only now
            "frozen": not grant.for_draft,
        },
    )
    return {"file_id": str(ids.file)}


def open_to_change(tx: Transaction, grant: Grant) -> None:
    """Locks the request or draft; refuses where the grant, or what became of the draft, lets nothing be added any more."""
    grant.require_change()
    tx.lock(grant.owner.stream)
    if grant.for_draft and store.submitted(tx.conn, grant.request_id):
        raise AlreadySubmitted
    if grant.for_draft and store.ended(tx.conn, grant.request_id):
        raise DraftEnded


def of_piece(tx: Transaction, live: Iterable[store.File], grant: Grant, asked: Piece) -> list[store.File]:
    """Those of the piece, added by the same side and under the same name."""
    same = [file for file in live if (file.piece, file.side) == (asked.slug, grant.side)]
    return [file for file in same if label_of(tx, file) == asked.label]


def own_document(files: Iterable[store.File], grant: Grant, document_id: UUID) -> list[store.File]:
    """The document's files, when its side is the grant's; raises UnknownDocument, NotYours."""
    found = [file for file in files if file.document_id == document_id]
    if not found:
        raise UnknownDocument
    if found[0].side != grant.side:
        raise NotYours
    return found


def add_document(
    tx: Transaction, grant: Grant, document_id: UUID, asked: Piece, *, after: timedelta = timedelta(0)
) -> None:
    """A document of the request or draft, still without files; `after`: others that came in the same instant."""
    key = grant.owner.key
    tx.conn.execute(
        store.ADD_DOCUMENT,
        {
            "id": document_id,
            **store.ids_of(grant.owner),
            "piece": asked.slug,
            "side": grant.side,
            "label": tx.seal(key, asked.label),
            "author": tx.seal(key, grant.name) if grant.side == TOWN and grant.name else None,
            "sensitive": asked.sensitive,
            "delete_after": asked.delete_after,
            "now": tx.now + after,
        },
    )


def definition(tx: Transaction, grant: Grant) -> dict[str, Any] | None:
    found = store.definition_of(tx.conn, grant.request_id)
    if found is None and grant.procedure:
        found = store.definition(tx.conn, *grant.procedure)
        if found is None:
            raise DefinitionNotHeardYet
    return found


def label_of(tx: Transaction, file: store.File) -> str | None:
    """The label of the file's document; None once its key is destroyed."""
    return tx.open(file.owner.key, file.label)


def own_file(tx: Transaction, grant: Grant, file_id: UUID, *, to_change: bool = False) -> store.File:
    """The file, when it is of the grant's owner; raises UnknownFile."""
    file = store.file(tx.conn, file_id, to_change=to_change)
    if file is None or file.owner != grant.owner:
        raise UnknownFile
    return file


def begin_examination(tx: Transaction, grant: Grant, file_id: UUID) -> tuple[store.File, bool]:
    """The file, and whether the caller is the one to examine it; one examination at a time, taken over after 20 s.

    It is known by its instant, `examining_since`: once taken over, it decides nothing any more.
    """
    grant.require_change()
    file = own_file(tx, grant, file_id)
    before = {"id": file_id, "now": tx.now, "taken_over_before": tx.now - EXAMINATION_LEASE}
    if tx.conn.execute(store.BEGIN_EXAMINATION, before).fetchone() is None:
        return file, False
    return replace(file, state="examining", examining_since=tx.now), True


def accept(tx: Transaction, file: store.File, examined: Examined, scan: str) -> None:
    """The file is kept; on a request already submitted, the document is announced or its change is said.

    An examination that was taken over decides nothing, and leaves the object to the one that does.
    """
    key = file.owner.key
    tx.lock(file.owner.stream)
    name = formats.renamed(tx.open(key, file.name) or "fichier", examined.type)
    kept = tx.conn.execute(
        store.READY,
        {
            "id": file.id,
            "mine": file.examining_since,
            "bytes": examined.size,
            "sha256": examined.sha256,
            "media_type": examined.type,
            "scan": scan,
            "name": tx.seal(key, name),
        },
    ).fetchone()
    if not kept:
        left = store.file(tx.conn, file.id)
        if left is None or left.state == "refused":
            # withdrawn, refused by another examination, or its draft ended, while it was examined
            doom(tx, [file.object_key])
        return
    if file.owner.kind == REQUEST and store.submitted(tx.conn, file.owner.id):
        say_change(tx, file)


def refuse(tx: Transaction, file: store.File, reason: str) -> None:
    """The file is not kept; why is remembered for the person, the bytes go. Not so once the examination was taken over."""
    refused = {"id": file.id, "mine": file.examining_since, "reason": reason}
    if tx.conn.execute(store.REFUSED, refused).fetchone():
        tx.wake(DOOMED)


def abandon(tx: Transaction, file: store.File) -> bool:
    """Nothing came, or half of it: nothing remains. False once the examination was taken over: then nothing is done."""
    mine = {"id": file.id, "mine": file.examining_since}
    if tx.conn.execute(store.STILL_MINE, mine).fetchone() is None:
        return False
    delete(tx, [file])
    return True


def remove(tx: Transaction, grant: Grant, file_id: UUID) -> dict[str, str]:
    """Takes a file back; one that is gone already is no error."""
    grant.require_change()
    tx.lock(grant.owner.stream)
    file = store.file(tx.conn, file_id, to_change=True)
    if file is None:
        return {}
    if file.owner != grant.owner:
        raise UnknownFile
    submitted = store.submitted(tx.conn, grant.request_id)
    if grant.for_draft and submitted:
        raise AlreadySubmitted
    if file.side != grant.side:
        raise NotYours
    delete(tx, [file])
    if submitted and file.announced_at:
        say_change(tx, file)
    return {}


def say_change(tx: Transaction, file: store.File) -> None:
    """Announces the file's document, or says that its files have changed."""
    key = file.owner.key
    left = [one for one in store.files_of(tx.conn, file.owner) if one.document_id == file.document_id]
    ready = [one for one in left if one.state == "ready"]
    names = [tx.open(key, one.name) or "" for one in ready]
    announced = file.announced_at is not None
    tx.conn.execute(store.ANNOUNCED, {"id": file.document_id, "now": tx.now})
    said = changed(str(file.document_id), file.piece, file.side, label_of(tx, file), names, announced=announced)
    tx.append(file.owner.stream, [said], key=key)


def delete(tx: Transaction, files: Iterable[store.File]) -> None:
    """The files and the documents that they leave empty; bytes that no other file holds are doomed with the statement."""
    gone = list(files)
    if gone:
        tx.wake(DOOMED)
        tx.conn.execute(store.DELETE_FILES, ([file.id for file in gone],))
        tx.conn.execute(store.DELETE_EMPTY_DOCUMENTS, ([file.document_id for file in gone],))


DOOMED = "doomed"
"""The signal of objects that are to be deleted."""


def doom(tx: Transaction, keys: Iterable[UUID]) -> None:
    """The objects will be deleted by `erasure.py`, also if this process dies right after the commit; not those that a file holds."""
    tx.wake(DOOMED)
    for key in keys:
        tx.conn.execute(store.DOOM, {"key": key, "now": tx.now})


def freeze(tx: Transaction, grant: Grant, pieces: list[str] | None) -> dict[str, str]:
    """What is ready now is what will be handed in; given `pieces`, only theirs."""
    if not grant.for_draft:
        raise AlreadySubmitted
    tx.lock(grant.owner.stream)
    if not store.submitted(tx.conn, grant.request_id):
        tx.conn.execute(store.FREEZE, {"request_id": grant.request_id, "pieces": pieces})
    return {}


def view(tx: Transaction, grant: Grant, file_id: UUID, viewer: Actor) -> store.File:
    """The file to show; a look from the town's side is recorded first, and refused without the right it needs."""
    grant.require_read()
    file = own_file(tx, grant, file_id)
    if file.state != "ready":
        raise UnknownFile
    if grant.side == TOWN:
        if file.sensitive and "sensitive" not in grant.rights:
            raise SensitiveFile
        journal.record(tx, file, viewer)
    return file
