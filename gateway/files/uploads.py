"""A file on its way in: from the form, by an unlinked temporary file, to the object store; never whole in memory."""

import uuid

from flask import request
from werkzeug.datastructures import FileStorage

from gateway.clients import Json
from gateway.conversation import clients, seconds_left
from gateway.files import object_store
from gateway.town import town_book
from services.chassis.errors import Invalid, Unavailable
from services.documents.schemas import storage
from services.documents.schemas.file_states import FileState
from services.documents.schemas.pieces import BeginUpload, FinishUpload, Uploaded
from services.townhall.pieces import Limits

FORM_MARGIN_BYTES = 64 * 1024
LONGEST_SHOWN = 60
FILE = "file"
"""The part of a form that holds the file."""


class FileMissing(Invalid):
    message = "Choisissez un fichier."


class FileEmpty(Invalid):
    message = "Ce fichier est vide. Choisissez-en un autre."


class FileRefused(Invalid):
    message = "Ce fichier n’est pas accepté."


def limits() -> Limits:
    """What the town accepts."""
    return town_book().town().portal_settings.limits()


def largest_body() -> int:
    """One file at the town's limit, and the form around it."""
    return limits().max_bytes + FORM_MARGIN_BYTES


def required_file() -> FileStorage:
    """The file of the form; Werkzeug has spooled it to a temporary file without a name."""
    upload = request.files.get(FILE)
    if upload is None:
        raise FileMissing(fields={FILE: FileMissing.message})
    return upload


def send(
    grant: str,
    upload: FileStorage,
    *,
    piece: str,
    label: str | None = None,
    document_id: uuid.UUID | None = None,
    enclosed_for: str | None = None,
    command_id: uuid.UUID,
) -> Uploaded:
    """What documents found in the file once stored; FileRefused with its reason when it is not kept."""
    size = _size_of(upload)
    asked = BeginUpload(
        grant=grant,
        piece=piece,
        filename=upload.filename or "fichier",
        size=size,
        label=label,
        document_id=document_id,
        content_type=upload.mimetype or None,
        enclosed_for=enclosed_for,
    )
    begun = clients().send(asked, command_id=command_id)
    object_store.put(begun.put_url, upload.stream, size, seconds_left())  # pyright: ignore[reportArgumentType]
    ended = FinishUpload(grant=grant, file_id=str(begun.file_id))
    finished = clients().send(ended, command_id=uuid.uuid5(command_id, "finish_upload"))
    if finished.state == FileState.REFUSED:
        raise FileRefused(finished.reason)
    return finished


def shown(kept: Uploaded) -> Json:
    """A file that was kept, as the API answers: a reason is part of a refusal alone."""
    values: dict[str, object] = vars(kept)
    return {name: value for name, value in values.items() if name != "reason"}


def store(document_id: uuid.UUID, upload: FileStorage, *, label: str = "", command_id: uuid.UUID) -> storage.Stored:
    """The same for a piece of the storage space, which is made with that label where it is missing.

    A file whose bytes did not arrive counts for nothing.
    """
    size = _size_of(upload)
    asked = storage.BeginStoring(document_id=document_id, filename=upload.filename or "fichier", size=size, label=label)
    begun = clients().send(asked, command_id=command_id)
    try:
        object_store.put(begun.put_url, upload.stream, size, seconds_left())  # pyright: ignore[reportArgumentType]
    except Unavailable:
        undone = storage.RemoveStoredFile(file_id=begun.file_id)
        clients().send(undone, command_id=uuid.uuid5(command_id, "remove_stored_file"))
        raise
    ended = storage.FinishStoring(file_id=begun.file_id)
    finished = clients().send(ended, command_id=uuid.uuid5(command_id, "finish_storing"))
    if finished.state == FileState.REFUSED:
        raise FileRefused(finished.reason)
    return finished


def shown_name(upload: FileStorage) -> str:
    """The file's name for a sentence about it: nothing that is not printable, which could turn the words around."""
    base = (upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(character for character in base if character.isprintable()).strip()
    return printable if len(printable) <= LONGEST_SHOWN else f"{printable[:LONGEST_SHOWN]}…"


def _size_of(upload: FileStorage) -> int:
    """Raises FileEmpty."""
    upload.stream.seek(0, 2)
    size = upload.stream.tell()
    upload.stream.seek(0)
    if size == 0:
        raise FileEmpty
    return size
