"""The examination of an upload as the database knows it: begun, decided, taken over; and the look at a file. One transaction each."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.event_store.store import Transaction
from services.documents.files import rows
from services.documents.files.grants import Grant
from services.documents.files.rules import SensitiveFile
from services.documents.files.steps import DOOMED, delete, doom, own_file, say_change
from services.documents.inspection import formats
from services.documents.inspection.examination import Examined
from services.documents.schemas.file_states import FileState
from services.documents.schemas.owner import REQUEST
from services.documents.schemas.refusals import UnknownFile
from services.townhall.grants import Right, Side

EXAMINATION_LEASE = timedelta(seconds=20)


def begin_examination(tx: Transaction, grant: Grant, file_id: UUID) -> tuple[rows.File, bool]:
    """The file, and whether the caller is the one to examine it; one examination at a time, taken over after 20 s.

    It is known by its instant, `examining_since`: once taken over, it decides nothing any more.
    """
    grant.require_change()
    file = own_file(tx, grant, file_id)
    before = {"id": file_id, "now": tx.now, "taken_over_before": tx.now - EXAMINATION_LEASE}
    if tx.conn.execute(rows.BEGIN_EXAMINATION, before).fetchone() is None:
        return file, False
    return replace(file, state=FileState.EXAMINING, examining_since=tx.now), True


def accept(tx: Transaction, file: rows.File, examined: Examined, scan: str) -> None:
    """The file is kept; on a request already submitted, the document is announced or its change is said.

    An examination that was taken over decides nothing, and leaves the object to the one that does.
    """
    key = file.owner.key
    tx.lock(file.owner.stream)
    name = formats.renamed(tx.open_text(key, file.name) or "fichier", examined.type)
    kept = tx.conn.execute(
        rows.READY,
        {
            "id": file.id,
            "mine": file.examining_since,
            "bytes": examined.size,
            "sha256": examined.sha256,
            "media_type": examined.type,
            "scan": scan,
            "pages": examined.pages,
            "name": tx.seal(key, name),
        },
    ).fetchone()
    if not kept:
        left = rows.file(tx.conn, file.id)
        if left is None or left.state is FileState.REFUSED:
            # withdrawn, refused by another examination, or its draft ended, while it was examined
            doom(tx, [file.object_key])
        return
    if file.owner.kind == REQUEST and rows.submitted(tx.conn, file.owner.id):
        now = rows.file(tx.conn, file.id)  # its decision may have left while it was examined
        if now is not None and not now.waits:
            say_change(tx, now)


def refuse(tx: Transaction, file: rows.File, reason: str) -> None:
    """The file is not kept; the reason is kept for the person, the bytes are deleted. Not so once the examination was taken over."""
    refused = {"id": file.id, "mine": file.examining_since, "reason": reason}
    if tx.conn.execute(rows.REFUSED, refused).fetchone():
        tx.wake(DOOMED)


def confirm(tx: Transaction, file: rows.File) -> None:
    """What was decided of the file, perhaps by another process, is with the standbys once this transaction is committed."""
    tx.conn.execute(rows.CONFIRM, {"id": file.id})


def abandon(tx: Transaction, file: rows.File) -> bool:
    """The upload did not come whole: nothing of it is kept. False, and nothing is done, once the examination was taken over."""
    mine = {"id": file.id, "mine": file.examining_since}
    if tx.conn.execute(rows.STILL_MINE, mine).fetchone() is None:
        return False
    delete(tx, [file])
    return True


def view(tx: Transaction, grant: Grant, file_id: UUID, viewer: Actor) -> rows.File:
    """The file to show; a look from the town's side is recorded first, and refused without the right it needs."""
    grant.require_read()
    file = own_file(tx, grant, file_id)
    if not file.ready or (file.waits and grant.side is not Side.TOWN):
        raise UnknownFile
    if grant.side == Side.TOWN:
        if file.sensitive and Right.SENSITIVE not in grant.rights:
            raise SensitiveFile
        # each look is kept, also a minute after another: a piece opened twice was seen twice
        looked = {"file": file.id, "request": file.owner.id, "agent": viewer.id, "name": viewer.name, "now": tx.now}
        tx.conn.execute(rows.RECORD_LOOK, looked)
    return file
