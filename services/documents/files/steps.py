"""Steps that several use cases take with files: found, announced, deleted. Within the caller's transaction."""

from collections.abc import Iterable
from uuid import UUID

from services.chassis.event_store.store import Transaction
from services.chassis.structs import Struct
from services.documents.files import rows
from services.documents.files.grants import Grant
from services.documents.files.rules import changed
from services.documents.inspection.formats import Format
from services.documents.schemas.file_states import FileState
from services.documents.schemas.owner import Owner
from services.documents.schemas.refusals import UnknownFile
from services.townhall.pieces import Limits

LIVE_STATES = frozenset({FileState.AWAITED, FileState.EXAMINING, FileState.READY})
DOOMED = "doomed"
"""The signal of objects that are to be deleted."""


def limits(tx: Transaction) -> Limits:
    settings = rows.town_settings(tx.conn)
    return settings.limits() if settings else Limits()


def label_of(tx: Transaction, file: rows.File) -> str | None:
    """The label of the file's document; None once its key is destroyed."""
    return tx.open_text(file.owner.key, file.label)


class AwaitedFile(Struct):
    file_id: UUID


def own_file(tx: Transaction, grant: Grant, file_id: UUID, *, to_change: bool = False) -> rows.File:
    """The file, when it is of the grant's owner; raises UnknownFile."""
    file = rows.file(tx.conn, file_id, to_change=to_change)
    if file is None or file.owner != grant.owner:
        raise UnknownFile
    return file


def await_file(
    tx: Transaction, owner: Owner, document_id: UUID, name: str, known: Format, size: int, *, frozen: bool
) -> AwaitedFile:
    """A file of the document whose bytes have not come yet."""
    file_id = tx.new_id()
    file = {
        "id": file_id,
        "document_id": document_id,
        "object_key": tx.new_id(),
        "announced_bytes": size,
        "extension": known.extensions[0],
        "name": tx.seal(owner.key, name),
        "now": tx.now,
        "frozen": frozen,
    }
    tx.conn.execute(rows.ADD_FILE, file)
    return AwaitedFile(file_id=file_id)


def say_change(tx: Transaction, file: rows.File) -> None:
    """Announces the file's document, or says that its files have changed."""
    key = file.owner.key
    left = [one for one in rows.files_of(tx.conn, file.owner) if one.document_id == file.document_id]
    ready = [one for one in left if one.ready]
    names = [tx.open_text(key, one.name) or "" for one in ready]
    announced = file.announced_at is not None
    tx.conn.execute(rows.ANNOUNCED, {"id": file.document_id, "now": tx.now})
    said = changed(str(file.document_id), file.piece, file.side, label_of(tx, file), names, announced=announced)
    tx.append(file.owner.stream, [said], key=key)


def delete(tx: Transaction, files: Iterable[rows.File]) -> None:
    """The files and the documents that they leave empty; bytes that no other file holds are doomed with the statement."""
    gone = list(files)
    if gone:
        tx.wake(DOOMED)
        tx.conn.execute(rows.DELETE_FILES, ([file.id for file in gone],))
        tx.conn.execute(rows.DELETE_EMPTY_DOCUMENTS, ([file.document_id for file in gone],))


def doom(tx: Transaction, keys: Iterable[UUID | None]) -> None:
    """The objects will be deleted by `lifetime/erasure.py`, also if this process dies right after the commit; not those that a file holds."""
    tx.wake(DOOMED)
    for key in filter(None, keys):
        tx.conn.execute(rows.DOOM, {"key": key, "now": tx.now})
