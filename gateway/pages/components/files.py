"""Files of a form: several at once when it was sent without scripts, one by one when scripts send them."""

import hashlib
import time
import uuid
from collections.abc import Callable, Iterable
from functools import partial

from flask import Response, request
from werkzeug.datastructures import FileStorage, MultiDict

from gateway.conversation import clients
from gateway.files import downloads, uploads
from gateway.routes import command_id, new_id, typed_id
from services.chassis.errors import NotFound, Refusal, Unavailable
from services.documents.schemas.pieces import OpenFile, Uploaded
from services.documents.schemas.refusals import UnknownFile
from services.documents.schemas.storage import Stored
from services.townhall.pieces import LONGEST_LABEL, PROXY_BYTES

FILES_IN_A_FORM = 8
PIECE_PREFIX = "piece:"
BITE_BYTES = 1024 * 1024


class NoSuchFile(NotFound):
    message = "Ce fichier n’existe pas, ou plus."


def largest_form() -> int:
    """The largest form with files, in bytes: the town's limit for one file, times the files of a form, as the route allows."""
    return min(uploads.largest_body() * FILES_IN_A_FORM, PROXY_BYTES)


def hand_in(
    grant: str,
    piece: str,
    upload: FileStorage,
    *,
    label: str | None = None,
    document_id: uuid.UUID | None = None,
    enclosed_for: str | None = None,
) -> Uploaded:
    """One file of a piece, checked and kept. Sent twice with the same form it is added once, unless it was removed since."""
    once = uuid.uuid5(command_id(), f"{document_id or piece} {label} {upload.filename} {_content(upload)}")
    send = partial(
        uploads.send, grant, upload, piece=piece, label=label, document_id=document_id, enclosed_for=enclosed_for
    )
    try:
        return send(command_id=once)
    except UnknownFile:  # its sending was cut short, or it was taken back
        return send(command_id=new_id())


def _content(upload: FileStorage) -> str:
    """A digest of the file, read piece by piece: others go on meanwhile."""
    digest = hashlib.sha256()
    upload.stream.seek(0)
    while read := upload.stream.read(BITE_BYTES):
        digest.update(read)
        time.sleep(0)
    return digest.hexdigest()


def hand_in_each(
    grant: str, piece: str, chosen: Iterable[FileStorage], *, label: str | None = None
) -> list[tuple[str, Refusal]]:
    """The files of one piece of a request or draft, as `each`."""
    return each(chosen, lambda upload: hand_in(grant, piece, upload, label=label))


def store_each(document_id: uuid.UUID, chosen: Iterable[FileStorage], *, label: str = "") -> list[tuple[str, Refusal]]:
    """The files of one piece of the storage space, as `each`; the piece is made with this label where it is missing."""

    def keep(upload: FileStorage) -> Stored:
        once = uuid.uuid5(command_id(), f"{document_id} {upload.filename} {_content(upload)}")
        return uploads.store(document_id, upload, label=label, command_id=once)

    return each(chosen, keep)


def each(chosen: Iterable[FileStorage], keep: Callable[[FileStorage], object]) -> list[tuple[str, Refusal]]:
    """The files that were refused, each with a sentence that names it; after Unavailable, the rest is not tried."""
    refused: list[tuple[str, Refusal]] = []
    away: Unavailable | None = None
    for upload in chosen:
        try:
            if away:
                raise away
            keep(upload)
        except Refusal as refusal:
            away = refusal if isinstance(refusal, Unavailable) else None
            refused.append((f"« {uploads.shown_name(upload)} » : {refusal.message}", refusal))
    return refused


def typed_label() -> str:
    """The name of a piece as the form has it, without needless spaces."""
    return " ".join(request.form.get("libelle", "").split())[:LONGEST_LABEL]


def chosen(files: MultiDict[str, FileStorage], field: str) -> list[FileStorage]:
    """The files of a field; a browser sends one without a name where none was chosen."""
    return [upload for upload in files.getlist(field) if upload.filename]


def hand_in_all(grant: str, files: MultiDict[str, FileStorage]) -> dict[str, str]:
    """Every file of a form; what is wrong, by piece."""
    wrong: dict[str, str] = {}
    for name in files:
        if name.startswith(PIECE_PREFIX):
            piece = name.removeprefix(PIECE_PREFIX)
            sent = chosen(files, name)
            refused = hand_in_each(grant, piece, sent)
            if refused:
                wrong[piece] = refusal_sentence(refused, of=len(sent))
    return wrong


def refusal_sentence(refused: list[tuple[str, Refusal]], *, of: int) -> str:
    """What was refused of so many files, in words, and that the others are kept."""
    kept = of - len(refused)
    rest = {0: "", 1: "L’autre fichier est ajouté."}.get(kept, f"Les {kept} autres fichiers sont ajoutés.")
    return " ".join(filter(None, (*(sentence for sentence, _ in refused), rest)))


def show(grant: str, file_id: str) -> Response:
    """A file as it was handed in; shown when the browser runs nothing of it, else downloaded."""
    asked = OpenFile(grant=grant, file_id=str(typed_id(file_id, NoSuchFile)))
    return downloads.file(clients().send(asked), inline=True)
