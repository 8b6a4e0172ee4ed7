"""Files of a form: several at once when it was sent without scripts, one by one when scripts send them."""

import uuid

from flask import Response
from werkzeug.datastructures import FileStorage, MultiDict

from gateway import downloads, uploads
from gateway.clients import Json
from gateway.conversation import clients
from gateway.pages import new_id
from services.chassis.errors import NotFound, Refusal
from services.chassis.pieces import DOOR_BYTES

FILES_IN_A_FORM = 8
PIECE_PREFIX = "piece:"


class NoSuchFile(NotFound):
    code = "no_such_file"
    message = "Ce fichier n’existe pas, ou plus."


def largest_form() -> int:
    """The largest form with files, in bytes: the town's limit for one file, times the files of a form, as the door allows."""
    return min(uploads.largest_body() * FILES_IN_A_FORM, DOOR_BYTES)


def hand_in(grant: str, piece: str, upload: FileStorage, *, label: str | None = None) -> Json:
    """One file of a piece, checked and kept; refusals say in French what is wrong with it."""
    return uploads.send(clients(), grant, upload, piece=piece, label=label, command_id=new_id())


def hand_in_all(grant: str, files: MultiDict[str, FileStorage]) -> dict[str, str]:
    """Every file of a form; what is wrong, by piece. One that fails never loses the others."""
    wrong: dict[str, str] = {}
    for name in files:
        if not name.startswith(PIECE_PREFIX):
            continue
        piece = name.removeprefix(PIECE_PREFIX)
        for upload in files.getlist(name):
            if not upload.filename:
                continue
            try:
                hand_in(grant, piece, upload)
            except Refusal as refusal:
                wrong[piece] = f"« {uploads.shown_name(upload)} » : {refusal.message}"
    return wrong


def show(grant: str, file_id: str) -> Response:
    """A file as it was handed in; shown when the browser runs nothing of it, else downloaded."""
    try:
        wanted = str(uuid.UUID(file_id))
    except ValueError:
        raise NoSuchFile from None
    return downloads.file(clients().documents.download(grant, wanted), inline=True)
