"""A piece of a request as a piece, for the side that handed it in: another name, more files, one less, or out of the request.

What takes something away asks first. Citizens come by account or tracking link, agents to what the town added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID, uuid5

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.clients import Json
from gateway.conversation import clients
from gateway.errors import status_of
from gateway.pages import Pages, agent_file, command_id, see_other, steps, tracking
from gateway.pages.files import NoSuchFile, chosen, each, hand_in, largest_form, told
from gateway.permissions import FILE_READER, FOLLOWER
from gateway.rate_limits import READ, UPLOAD, WRITE
from gateway.town import town_book
from gateway.uploads import limits
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound
from services.chassis.french_dates import NBSP
from services.chassis.pieces import FREE, LONGEST_LABEL

page = Pages("pieces", __name__)
Answer = AnyResponse | str | tuple[str, int]

NO_LABEL = "Donnez un nom à cette pièce."
FROZEN = f"Les pièces de cette demande ne peuvent plus être modifiées{NBSP}: elle est décidée ou close."


class NoSuchPiece(NotFound):
    code = "no_such_piece"
    message = "Cette pièce n’existe pas, ou ne fait plus partie de la demande."


@dataclass(frozen=True, kw_only=True)
class Side:
    """From where one comes: whose pieces one may change, and the pages around."""

    slug: str
    requests: str
    frame: str
    tab: Callable[..., str]


CITIZEN = Side(slug="citizen", requests="/demande", frame="base.html", tab=tracking.show)
TOWN = Side(slug="town", requests="/agent/demandes", frame="agent/_base.html", tab=agent_file.show)


@page.get("/demande/<numero>/pieces/<document_id>/modifier", permission=FOLLOWER, limit=READ)
def edit_page(numero: str, document_id: str) -> Answer:
    return _edit_page(CITIZEN, numero, document_id)


def edit_again(numero: str, document_id: str) -> Answer:
    """The name that waited for a log-in; the files are chosen again."""
    return _edit_page(CITIZEN, numero, document_id, typed=_typed())


@page.post(
    "/demande/<numero>/pieces/<document_id>/modifier",
    permission=FOLLOWER,
    limit=UPLOAD,
    max_bytes=largest_form,
    reopen=edit_again,
)
def edit(numero: str, document_id: str) -> Answer:
    return _edit(CITIZEN, numero, document_id)


@page.get("/demande/<numero>/pieces/<document_id>/supprimer", permission=FOLLOWER, limit=READ)
def remove_page(numero: str, document_id: str) -> Answer:
    return _remove_page(CITIZEN, numero, document_id)


@page.post("/demande/<numero>/pieces/<document_id>/supprimer", permission=FOLLOWER, limit=WRITE)
def remove(numero: str, document_id: str) -> Answer:
    return _remove(CITIZEN, numero, document_id)


@page.get("/demande/<numero>/pieces/<file_id>/retirer", permission=FOLLOWER, limit=READ)
def remove_file_page(numero: str, file_id: str) -> Answer:
    return _remove_file_page(CITIZEN, numero, file_id)


@page.post("/demande/<numero>/pieces/<file_id>/retirer", permission=FOLLOWER, limit=WRITE)
def remove_file(numero: str, file_id: str) -> Answer:
    return _remove_file(CITIZEN, numero, file_id)


@page.get("/agent/demandes/<numero>/pieces/<document_id>/modifier", permission=FILE_READER, limit=READ)
def agent_edit_page(numero: str, document_id: str) -> Answer:
    return _edit_page(TOWN, numero, document_id)


def agent_edit_again(numero: str, document_id: str) -> Answer:
    return _edit_page(TOWN, numero, document_id, typed=_typed())


@page.post(
    "/agent/demandes/<numero>/pieces/<document_id>/modifier",
    permission=FILE_READER,
    limit=UPLOAD,
    max_bytes=largest_form,
    reopen=agent_edit_again,
)
def agent_edit(numero: str, document_id: str) -> Answer:
    return _edit(TOWN, numero, document_id)


@page.get("/agent/demandes/<numero>/pieces/<document_id>/supprimer", permission=FILE_READER, limit=READ)
def agent_remove_page(numero: str, document_id: str) -> Answer:
    return _remove_page(TOWN, numero, document_id)


@page.post("/agent/demandes/<numero>/pieces/<document_id>/supprimer", permission=FILE_READER, limit=WRITE)
def agent_remove(numero: str, document_id: str) -> Answer:
    return _remove(TOWN, numero, document_id)


@page.get("/agent/demandes/<numero>/pieces/<file_id>/retirer", permission=FILE_READER, limit=READ)
def agent_remove_file_page(numero: str, file_id: str) -> Answer:
    return _remove_file_page(TOWN, numero, file_id)


@page.post("/agent/demandes/<numero>/pieces/<file_id>/retirer", permission=FILE_READER, limit=WRITE)
def agent_remove_file(numero: str, file_id: str) -> Answer:
    return _remove_file(TOWN, numero, file_id)


def _edit_page(side: Side, numero: str, document_id: str, *, typed: str | None = None) -> Answer:
    view = clients().requests.tracking(numero)
    if not view["can"]["add_documents"]:
        return side.tab(view, "pieces", problem=FROZEN), HTTPStatus.CONFLICT
    return _editing(side, view, _piece(side, view, document_id), {}, typed=typed)


def _edit(side: Side, numero: str, document_id: str) -> Answer:
    """« Valider »: another name, more files. What can be done is; each refusal is said at its field."""
    view = clients().requests.tracking(numero)
    if not view["can"]["add_documents"]:
        return side.tab(view, "pieces", problem=FROZEN), HTTPStatus.CONFLICT
    held, files = _piece(side, view, document_id), chosen(request.files, "fichier")
    label = _typed() if held["piece"] == FREE else held["label"]
    most = _described(view, held)["max_files"]
    problems = {} if label else {"libelle": NO_LABEL}
    if len(held["files"]) + len(files) > most:
        at_most = f"{most} fichier{'s' if most > 1 else ''} au plus dans cette pièce"
        there = f"elle en a {len(held['files'])} et vous en ajoutez {len(files)}"
        problems["fichier"] = f"{at_most}{NBSP}: {there}. Aucun fichier n’a été ajouté."
    if problems:
        return _editing(side, view, held, problems, typed=label), HTTPStatus.UNPROCESSABLE_ENTITY
    wanted = UUID(held["id"])
    if label != held["label"]:
        try:
            once = uuid5(command_id(), "relabel_document")
            clients().documents.relabel_document(view["grant"], wanted, label, command_id=once)
        except (Conflict, Invalid) as refusal:
            problem = refusal.fields.get("label") or refusal.message
            return _editing(side, view, held, {"libelle": problem}, typed=label), status_of(refusal)
    refused = each(files, lambda upload: hand_in(view["grant"], held["piece"], upload, document_id=wanted))
    if refused:
        problems = {"fichier": told(refused, of=len(files))}
        return _editing(side, view, _piece(side, view, document_id), problems, typed=label), status_of(refused[0][1])
    return _done(side, numero, "piece-modifiee")


def _remove_page(side: Side, numero: str, document_id: str) -> Answer:
    """Asks before a piece goes with its files."""
    view = clients().requests.tracking(numero)
    if not view["can"]["add_documents"]:
        return side.tab(view, "pieces", problem=FROZEN), HTTPStatus.CONFLICT
    return _asked(side, view, _piece(side, view, document_id))


def _remove(side: Side, numero: str, document_id: str) -> Answer:
    view, wanted = clients().requests.tracking(numero), _id(document_id, NoSuchPiece)
    try:
        clients().documents.remove_document(view["grant"], wanted, command_id=command_id())
    except Forbidden as refusal:
        return side.tab(view, "pieces", problem=refusal.message), status_of(refusal)
    return _done(side, numero, "piece-supprimee")


def _remove_file_page(side: Side, numero: str, file_id: str) -> Answer:
    """Asks before a file goes; the last one of a piece takes the piece with it, so that is what is asked then."""
    view = clients().requests.tracking(numero)
    if not view["can"]["add_documents"]:
        return side.tab(view, "pieces", problem=FROZEN), HTTPStatus.CONFLICT
    for held in _own(side, view):
        file = next((one for one in held["files"] if one["id"] == file_id), None)
        if file:
            return _asked(side, view, held, file if len(held["files"]) > 1 else None)
    raise NoSuchFile


def _remove_file(side: Side, numero: str, file_id: str) -> Answer:
    """A file of one's own, while the request takes pieces; Historique says that there was one."""
    view, wanted = clients().requests.tracking(numero), str(_id(file_id, NoSuchFile))
    try:
        clients().documents.remove_file(view["grant"], wanted, command_id=command_id())
    except Forbidden as refusal:
        return side.tab(view, "pieces", problem=refusal.message), status_of(refusal)
    return _done(side, numero, "retrait")


def _done(side: Side, numero: str, what: str) -> AnyResponse:
    return see_other(f"{side.requests}/{numero}?onglet=pieces&fait={what}#fait")


def _own(side: Side, view: Json) -> list[Json]:
    documents = clients().documents.request_documents(view["grant"])["documents"]
    return [one for one in documents if one["side"] == side.slug]


def _piece(side: Side, view: Json, document_id: str) -> Json:
    """The piece that this side handed in; raises NoSuchPiece, also for the other side's."""
    found = next((one for one in _own(side, view) if one["id"] == document_id), None)
    if found is None:
        raise NoSuchPiece
    return found


def _described(view: Json, held: Json) -> Json:
    """What the procedure asks of the piece, as the form of a file field needs it."""
    town = limits()
    definition = town_book().definition(view["procedure"]["slug"], view["procedure"]["version"])
    uploads = [{**field, "slug": field["name"]} for field in definition["fields"] if field["type"] == "file-free"]
    asked = next((one for one in (*definition["documents"], *uploads) if one["slug"] == held["piece"]), None)
    return steps.piece(asked or town.free_piece(), [], "", town)


def _editing(side: Side, view: Json, held: Json, problems: dict[str, str], *, typed: str | None = None) -> str:
    return render_template(
        "pieces/edit.html",
        **_around(side, view),
        held=held,
        free=held["piece"] == FREE,
        piece=_described(view, held),
        problems=problems,
        errors=[(f"#{field}", message) for field, message in problems.items()],
        typed=held["label"] if typed is None else typed,
        longest=LONGEST_LABEL,
    )


def _asked(side: Side, view: Json, held: Json, file: Json | None = None) -> str:
    return render_template("pieces/remove.html", **_around(side, view), held=held, file=file)


def _around(side: Side, view: Json) -> Json:
    return {"view": view, "frame": side.frame, "address": f"{side.requests}/{view['number']}"}


def _typed() -> str:
    return " ".join(request.form.get("libelle", "").split())[:LONGEST_LABEL]


def _id(text: str, refusal: type[NotFound]) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise refusal from None
