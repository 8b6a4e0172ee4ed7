"""The way of one upload: quarantine, examination, the bucket of what is kept. No transaction is open while bytes move.

Killed anywhere, it leaves a row that names its object, and can be run again: the object's key was chosen before the
first byte came, and writing it twice writes the same bytes.
"""

import time
from uuid import UUID

from services.chassis.calls import Call
from services.chassis.errors import Invalid, Unavailable
from services.chassis.event_store.store import Store
from services.documents.files import rows, steps as file_changes
from services.documents.files.grants import Grant
from services.documents.inspection import examination, formats
from services.documents.inspection.examination import REASONS
from services.documents.inspection.rejection import Rejected, Rejection
from services.documents.inspection.scan import Scanner
from services.documents.intake import use_cases as examining
from services.documents.object_store.objects import Objects
from services.documents.schemas.file_states import FileState
from services.documents.schemas.pieces import FinishUpload, OpenFile, Uploaded
from services.documents.schemas.refusals import UnknownFile
from services.documents.schemas.storage import FinishStoring, OpenStored, StoredBytes, Storing

PATIENCE_SECONDS = 3
"""How long a second caller waits for the examination that a first one began; below the 4 s of a call."""


class UploadInterrupted(Invalid):
    message = "L’envoi du fichier a été interrompu : recommencez."


class BeingExamined(Unavailable):
    message = "Le contrôle de ce fichier n’est pas terminé : réessayez dans un instant."


def address(store: Store, objects: Objects, grant: Grant, file_id: UUID) -> Storing:
    """Where the bytes of a file that was announced are to be PUT, exactly as many as announced."""
    with store.transaction() as tx:
        file = file_changes.own_file(tx, grant, file_id)
    put_url = objects.upload_address(str(file.object_key))
    return Storing(file_id=file_id, put_url=put_url, max_bytes=file.announced_bytes)


def view(store: Store, call: Call, asked: OpenFile | OpenStored, grant: Grant, objects: Objects) -> StoredBytes:
    """Where the bytes of a file can be read for two minutes; recorded first, where it is staff who looks."""
    with store.transaction() as tx:
        file = examining.view(tx, grant, UUID(str(asked.file_id)), call.actor)
        name = tx.open_text(file.owner.key, file.name)
    if name is None:
        raise UnknownFile
    return StoredBytes(
        get_url=objects.download_address(str(file.object_key)),
        name=name,
        type=file.media_type or "",
        size=file.kept_bytes or 0,
    )


def finish(
    store: Store, _: Call, asked: FinishUpload | FinishStoring, grant: Grant, objects: Objects, scanner: Scanner
) -> Uploaded:
    """The file's state, `ready` or `refused` with why; asked again, the same. Raises UploadInterrupted."""
    file_id = UUID(str(asked.file_id))
    with store.transaction() as tx:
        file, mine = examining.begin_examination(tx, grant, file_id)
    if mine:
        _examine(store, objects, scanner, file)
    outcome = _outcome(store, grant, file_id)
    objects.remove_upload(str(file.object_key))  # once it is decided: until then another may examine it
    return outcome


def _examine(store: Store, objects: Objects, scanner: Scanner, file: rows.File) -> None:
    with examination.workplace() as folder:
        source, target = folder / "upload", folder / "kept"
        size = objects.fetch_upload(str(file.object_key), source, file.announced_bytes)
        if size is None or size < file.announced_bytes:
            with store.transaction() as tx:
                abandoned = examining.abandon(tx, file)
            if abandoned:
                raise UploadInterrupted
            return
        try:
            if size > file.announced_bytes:
                raise Rejected(Rejection.TOO_LARGE)
            examined = examination.examine(source, target, formats.BY_EXTENSION[file.extension])
            scan = scanner.scan(target)
            objects.keep(str(file.object_key), target, examined.type)
            with store.transaction() as tx:
                examining.accept(tx, file, examined, scan)
        except Rejected as refused:
            with store.transaction() as tx:
                examining.refuse(tx, file, refused.code)


def _outcome(store: Store, grant: Grant, file_id: UUID) -> Uploaded:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        with store.transaction() as tx:
            file = file_changes.own_file(tx, grant, file_id)
            if file.state in (FileState.READY, FileState.REFUSED):
                examining.confirm(tx, file)  # the uploaded bytes go next
                return _uploaded(file, tx.open_text(file.owner.key, file.name) or "")
        if time.monotonic() > until:
            raise BeingExamined
        time.sleep(0.1)


def _uploaded(file: rows.File, name: str) -> Uploaded:
    return Uploaded(
        file_id=file.id,
        document_id=file.document_id,
        piece=file.piece,
        name=name,
        size=file.kept_bytes or file.announced_bytes,
        type=file.media_type,
        state=file.state.value,
        reason=REASONS[Rejection(file.refusal)] if file.refusal else None,
    )
