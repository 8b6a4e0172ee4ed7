"""What a holder does with the storage space: one function and one transaction each. Every change takes the space's lock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.documents.files import rows
from services.documents.files.grants import Grant
from services.documents.files.rules import typed_label
from services.documents.files.steps import LIVE_STATES, AwaitedFile, await_file, delete, limits
from services.documents.inspection import formats
from services.documents.schemas.owner import Owner
from services.documents.schemas.refusals import UnknownFile, UnknownStored
from services.documents.schemas.storage import BeginStoring, RelabelStored, RemoveStored, RemoveStoredFile, SamplePiece
from services.documents.storage import rules as space
from services.documents.storage.copying import STEP
from services.townhall.pieces import FREE
from services.townhall.town_time import local_day, resolved_day, start_of_day


def begin(tx: Transaction, _: Settings, new: BeginStoring, holder: Grant) -> AwaitedFile:
    """Makes room for one file of a piece, and the piece where it is missing; refuses what name and size already rule out."""
    owner, town = holder.owner, limits(tx)
    live = _open(tx, owner)
    known = formats.announced(name := formats.safe_name(new.filename), town.formats, new.size, town.max_bytes)
    if rows.owner_of(tx.conn, new.document_id) is None and new.label.strip():
        space.check_room({file.document_id for file in live}, {new.document_id}, town)
        add_document(tx, owner, new.document_id, typed_label(new.label), tx.now)
    else:
        _own(tx, owner, new.document_id)
    space.check_files(sum(file.document_id == new.document_id for file in live), town)
    return await_file(tx, owner, new.document_id, name, known, new.size, frozen=False)


def add_document(tx: Transaction, owner: Owner, document_id: UUID, label: str, at: datetime) -> None:
    """A piece of the space, still without files."""
    tx.conn.execute(rows.USE_SPACE, (owner.id,))
    rows.add_document(tx.conn, owner, document_id, at, piece=FREE, label=tx.seal(owner.key, label))


def relabel(tx: Transaction, _: Settings, asked: RelabelStored, holder: Grant) -> None:
    tx.lock(holder.owner.stream)
    _own(tx, holder.owner, asked.document_id)
    sealed = tx.seal(holder.owner.key, typed_label(asked.label))
    tx.conn.execute(rows.RELABEL, {"id": asked.document_id, "label": sealed})


def remove(tx: Transaction, _: Settings, asked: RemoveStored, holder: Grant) -> None:
    """Takes a piece out with its files, those on their way as well; raises UnknownStored for another's."""
    tx.lock(holder.owner.stream)
    if rows.owner_of(tx.conn, asked.document_id) is None:
        return
    _own(tx, holder.owner, asked.document_id)
    delete(tx, [file for file in rows.files_of(tx.conn, holder.owner) if file.document_id == asked.document_id])


def remove_file(tx: Transaction, _: Settings, asked: RemoveStoredFile, holder: Grant) -> None:
    """Takes a file out of its piece; raises LastFile for the last one, UnknownFile for another's."""
    tx.lock(holder.owner.stream)
    file = rows.file(tx.conn, asked.file_id, to_change=True)
    if file is None:
        return
    if file.owner != holder.owner:
        raise UnknownFile
    ready = [one for one in rows.files_of(tx.conn, holder.owner) if one.ready]
    if [one.id for one in ready if one.document_id == file.document_id] == [file.id]:
        raise space.LastFile
    delete(tx, [file])


def fill(tx: Transaction, owner: Owner, pieces: Sequence[tuple[SamplePiece, Sequence[rows.SampleFile]]]) -> int:
    """Sample pieces, with the days on which they were added, in a space that never held any; gives how many were kept."""
    if _open(tx, owner) or rows.used(tx.conn, owner.id):
        return 0
    space.check_room((), range(len(pieces)), limits(tx))
    for place, (piece, files) in enumerate(pieces):
        day = start_of_day(resolved_day(piece.added, local_day(tx.now)))
        document_id, at = uuid5(owner.id, piece.title), day + place * STEP
        add_document(tx, owner, document_id, typed_label(piece.title), at)
        for rank, file in enumerate(files):
            at += rank * STEP
            rows.import_file(tx.conn, file, tx.seal(owner.key, file.name), document_id, at)
    return len(pieces)


def _open(tx: Transaction, owner: Owner) -> list[rows.File]:
    """Locks the space; its files that are kept or on their way. Raises KeyDestroyed once the account has ended."""
    tx.lock(owner.stream)
    tx.key(owner.key)
    return [file for file in rows.files_of(tx.conn, owner) if file.state in LIVE_STATES]


def _own(tx: Transaction, owner: Owner, document_id: UUID) -> None:
    if rows.owner_of(tx.conn, document_id) != owner:
        raise UnknownStored
