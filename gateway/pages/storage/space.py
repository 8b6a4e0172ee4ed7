"""« Mes pièces »: the storage space of an account, its pieces and their files."""

from http import HTTPStatus
from uuid import uuid5

from flask import Response, render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.files import downloads
from gateway.files.uploads import limits
from gateway.http.rate_limits import READ, UPLOAD, WRITE
from gateway.pages.components.files import NoSuchFile, chosen, largest_form, refusal_sentence, store_each, typed_label
from gateway.pages.components.uploader import free_piece
from gateway.permissions import CITIZEN
from gateway.routes import Answer, Pages, command_id, see_other, send_command, typed_id
from services.chassis.errors import Conflict
from services.documents.schemas import storage as calls
from services.documents.schemas.refusals import UnknownStored
from services.townhall.pieces import LONGEST_LABEL
from services.townhall.typography import NBSP

page = Pages("storage", __name__)

NO_LABEL = "Donnez un nom à cette pièce."
NO_FILE = "Choisissez un fichier à ajouter."
ASK, REMOVE, KEEP = "retirer:", "retirer-oui:", "garder"
"""What the buttons beside a file do: ask, then remove it or leave it. The name being typed goes with them."""
Problems = dict[str, str]
"""What is wrong, by field: `libelle`, `fichier`; under "" what is wrong with neither."""


@page.get("/mes-pieces", permission=CITIZEN, limit=READ)
def all_pieces() -> str:
    """« Mes pièces »: what the space holds, and how many places are left."""
    return render_template(
        "storage/pieces.html",
        space=clients().send(calls.ReadStorage()),
        piece=free_piece(limits()),
        done=request.args.get("fait"),
    )


@page.get("/mes-pieces/ajouter", permission=CITIZEN, limit=READ)
def add_page() -> str:
    """The form, or why nothing can be added."""
    return _adding({})


def add_again() -> str:
    """The name that waited for a log-in; the files are chosen again."""
    return _adding({}, typed=typed_label())


@page.post("/mes-pieces/ajouter", permission=CITIZEN, limit=UPLOAD, max_bytes=largest_form, reopen=add_again)
def add() -> Answer:
    """« Valider »: a piece with its first files; where some were refused, the page of the piece says which."""
    label, files = typed_label(), chosen(request.files, "fichier")
    problems = _wrong(label, len(files))
    if not files:
        problems["fichier"] = NO_FILE
    if problems:
        return _adding(problems, typed=label), HTTPStatus.UNPROCESSABLE_ENTITY
    piece_id = uuid5(command_id(), "piece")
    refused = store_each(piece_id, files, label=label)
    if not refused:
        return see_other("/mes-pieces?fait=ajoutee#fait")
    problems, status = {"fichier": refusal_sentence(refused, of=len(files))}, status_of(refused[0][1])
    if len(refused) < len(files):
        return _editing(_piece(str(piece_id)), problems), status
    if isinstance(refused[0][1], Conflict):  # of the space, not of a file
        problems = {"": refused[0][1].message}
    return _adding(problems, typed=label), status


@page.get("/mes-pieces/<piece_id>/modifier", permission=CITIZEN, limit=READ)
def edit_page(piece_id: str) -> str:
    return _editing(_piece(piece_id), {})


def edit_again(piece_id: str) -> str:
    return _editing(_piece(piece_id), {}, typed=typed_label())


@page.post(
    "/mes-pieces/<piece_id>/modifier", permission=CITIZEN, limit=UPLOAD, max_bytes=largest_form, reopen=edit_again
)
def edit(piece_id: str) -> Answer:
    """« Valider »: another name, more files; or « Retirer », one file less, after a question."""
    label, action = typed_label(), request.form.get("action", "")
    if action.startswith(ASK):
        return _asked(_piece(piece_id), action.removeprefix(ASK), label)
    if action.startswith(REMOVE):
        return _without(piece_id, action.removeprefix(REMOVE), label)
    if action == KEEP:
        return _editing(_piece(piece_id), {}, typed=label)
    document, files = _piece(piece_id), chosen(request.files, "fichier")
    problems = _wrong(label, len(files), present=len(document.files))
    if problems:
        return _editing(document, problems, typed=label), HTTPStatus.UNPROCESSABLE_ENTITY
    if label != document.label:
        asked = calls.RelabelStored(document_id=document.id, label=label)
        clients().send(asked, command_id=uuid5(command_id(), "relabel_stored"))
    refused = store_each(document.id, files)
    if refused:
        problems = {"fichier": refusal_sentence(refused, of=len(files))}
        return _editing(_piece(piece_id), problems, typed=label), status_of(refused[0][1])
    return see_other("/mes-pieces?fait=modifiee#fait")


@page.get("/mes-pieces/<piece_id>/supprimer", permission=CITIZEN, limit=READ)
def remove_page(piece_id: str) -> str:
    """Asks before a piece goes with its files."""
    return render_template("storage/remove.html", piece=_piece(piece_id))


@page.post("/mes-pieces/<piece_id>/supprimer", permission=CITIZEN, limit=WRITE)
def remove(piece_id: str) -> Answer:
    send_command(calls.RemoveStored(document_id=typed_id(piece_id, UnknownStored)))
    return see_other("/mes-pieces?fait=supprimee#fait")


@page.get("/mes-pieces/fichiers/<file_id>", permission=CITIZEN, limit=READ)
def file(file_id: str) -> Response:
    """A file as it was added; shown when the browser runs nothing of it, else downloaded."""
    return downloads.file(clients().send(calls.OpenStored(file_id=typed_id(file_id, NoSuchFile))), inline=True)


def _asked(document: calls.StoredDocument, file_id: str, typed: str) -> str | tuple[str, int]:
    """Asks before a file goes; the last one stays, which the page of the piece says, and of one that is gone nothing is asked."""
    file = next((one for one in document.files if str(one.id) == file_id), None)
    if file is None:
        return _editing(document, {"": NoSuchFile.message}, typed=typed), HTTPStatus.NOT_FOUND
    if len(document.files) == 1:
        return _editing(document, {}, typed=typed), HTTPStatus.CONFLICT
    return render_template("storage/remove_file.html", piece=document, file=file, typed=typed)


def _without(piece_id: str, file_id: str, typed: str) -> str | tuple[str, int]:
    """The page of the piece, with what was typed, after one of its files is gone; the last one stays."""
    try:
        send_command(calls.RemoveStoredFile(file_id=typed_id(file_id, NoSuchFile)))
    except Conflict as refusal:
        return _editing(_piece(piece_id), {"": refusal.message}, typed=typed), status_of(refusal)
    return _editing(_piece(piece_id), {}, typed=typed, done="retrait")


def _wrong(label: str, coming: int, *, present: int = 0) -> Problems:
    problems = {} if label else {"libelle": NO_LABEL}
    most = limits().files_a_document
    if present + coming > most:
        had = f"elle en a {present} et vous en ajoutez {coming}" if present else f"vous en avez choisi {coming}"
        problems["fichier"] = f"{most} fichiers au plus dans une pièce{NBSP}: {had}. Aucun fichier n’a été ajouté."
    return problems


def _piece(piece_id: str) -> calls.StoredDocument:
    """The piece as the space shows it; raises UnknownStored, also for another's."""
    wanted = typed_id(piece_id, UnknownStored)
    found = next((one for one in clients().send(calls.ReadStorage()).documents if one.id == wanted), None)
    if found is None:
        raise UnknownStored
    return found


def _adding(problems: Problems, *, typed: str = "") -> str:
    space = clients().send(calls.ReadStorage())
    return render_template("storage/piece.html", space=space, **_form(problems), typed=typed)


def _editing(document: calls.StoredDocument, problems: Problems, *, typed: str | None = None, done: str = "") -> str:
    label = document.label if typed is None else typed
    return render_template("storage/piece.html", document=document, **_form(problems), typed=label, done=done)


def _form(problems: Problems) -> dict[str, object]:
    errors = [(f"#{field}" if field else "", message) for field, message in problems.items()]
    return {"piece": free_piece(limits()), "problems": problems, "errors": errors, "longest": LONGEST_LABEL}
