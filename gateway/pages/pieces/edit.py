"""A piece of a request, for the side that handed it in: renamed, given more files or one less, or removed after a question."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from uuid import UUID, uuid5

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.files.uploads import limits
from gateway.http.rate_limits import READ, UPLOAD, WRITE
from gateway.pages.agent import file as agent_file
from gateway.pages.components import uploader
from gateway.pages.components.files import (
    NoSuchFile,
    chosen,
    each,
    hand_in,
    largest_form,
    refusal_sentence,
    typed_label,
)
from gateway.pages.tracking import request as tracking
from gateway.permissions import FILE_READER, FOLLOWER, Permission
from gateway.routes import Answer, Pages, command_id, see_other, send_command, typed_id
from gateway.shared.tracked import tracked
from gateway.town import town_book
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound
from services.chassis.structs import Struct
from services.documents.schemas import pieces as calls
from services.requests.schemas.tracking import RequestView
from services.townhall.grants import Side
from services.townhall.pieces import FREE, LONGEST_LABEL
from services.townhall.typography import NBSP

page = Pages("pieces", __name__)
WITHDRAWN = "piece-ecartee"
"""What was done, as the agents' file says it, with a document that the person never saw."""
NO_LABEL = "Donnez un nom à cette pièce."
FROZEN = f"Les pièces de cette demande ne peuvent plus être modifiées{NBSP}: elle est décidée ou close."


class NoSuchPiece(NotFound):
    message = "Cette pièce n’existe pas, ou ne fait plus partie de la demande."


class SidePages(Struct):
    """The pages of one side of a request: whose pieces it may change, and the pages around."""

    side: Side
    requests: str
    frame: str
    tab: Callable[..., str]
    permission: Permission


CITIZEN = SidePages(side=Side.CITIZEN, requests="/demande", frame="base.html", tab=tracking.show, permission=FOLLOWER)
TOWN = SidePages(
    side=Side.TOWN, requests="/agent/demandes", frame="agent/_base.html", tab=agent_file.show, permission=FILE_READER
)


def edit_page(pages: SidePages, view: RequestView, document_id: str, *, typed: str | None = None) -> Answer:
    """The piece's name, its files, and a field for more of them."""
    return _editing(pages, view, _piece(pages, view, document_id), {}, typed=typed)


def edit_again(pages: SidePages, view: RequestView, document_id: str) -> Answer:
    """The name that waited for a log-in; the files are chosen again."""
    return edit_page(pages, view, document_id, typed=typed_label())


def edit(pages: SidePages, view: RequestView, document_id: str) -> Answer:
    """« Valider »: another name, more files. What can be done is; each refusal is said at its field."""
    document, files = _piece(pages, view, document_id), chosen(request.files, "fichier")
    label = typed_label() if document.piece == FREE else document.label
    most = _described(view, document).max_files
    problems = {} if label else {"libelle": NO_LABEL}
    if len(document.files) + len(files) > most:
        at_most = f"{most} fichier{'s' if most > 1 else ''} au plus dans cette pièce"
        there = f"elle en a {len(document.files)} et vous en ajoutez {len(files)}"
        problems["fichier"] = f"{at_most}{NBSP}: {there}. Aucun fichier n’a été ajouté."
    if problems:
        return _editing(pages, view, document, problems, typed=label), HTTPStatus.UNPROCESSABLE_ENTITY
    wanted = UUID(document.id)
    if label != document.label:
        try:
            asked = calls.RelabelDocument(grant=view.grant, document_id=wanted, label=label)
            clients().send(asked, command_id=uuid5(command_id(), "relabel_document"))
        except (Conflict, Invalid) as refusal:
            problem = refusal.fields.get("label") or refusal.message
            return _editing(pages, view, document, {"libelle": problem}, typed=label), status_of(refusal)
    refused = each(files, lambda upload: hand_in(view.grant, document.piece, upload, document_id=wanted))
    if refused:
        problems = {"fichier": refusal_sentence(refused, of=len(files))}
        return _editing(pages, view, _piece(pages, view, document_id), problems, typed=label), status_of(refused[0][1])
    return _done(pages, view.number, "piece-modifiee")


def remove_page(pages: SidePages, view: RequestView, document_id: str) -> Answer:
    """Asks before a piece goes with its files."""
    return _asked(pages, view, _piece(pages, view, document_id))


def remove(pages: SidePages, numero: str, document_id: str) -> Answer:
    """Takes a piece out of the request with its files."""
    view, wanted = tracked(numero), typed_id(document_id, NoSuchPiece)
    try:
        send_command(calls.RemoveDocument(grant=view.grant, document_id=wanted))
    except Forbidden as refusal:
        return pages.tab(view, "pieces", problem=refusal.message), status_of(refusal)
    return _done(pages, numero, WITHDRAWN if _waited() else "piece-supprimee")


def remove_file_page(pages: SidePages, view: RequestView, file_id: str) -> Answer:
    """Asks before a file goes; the last one of a piece takes the piece with it, so that is what is asked then."""
    for document in _own(pages, view):
        file = next((one for one in document.files if one.id == file_id), None)
        if file:
            return _asked(pages, view, document, file if len(document.files) > 1 else None)
    raise NoSuchFile


def remove_file(pages: SidePages, numero: str, file_id: str) -> Answer:
    """A file of one's own, while the request takes pieces; Historique says that there was one."""
    view, wanted = tracked(numero), str(typed_id(file_id, NoSuchFile))
    try:
        send_command(calls.RemoveFile(grant=view.grant, file_id=wanted))
    except Forbidden as refusal:
        return pages.tab(view, "pieces", problem=refusal.message), status_of(refusal)
    return _done(pages, numero, WITHDRAWN if _waited() else "retrait")


def _waited() -> bool:
    """Whether it waited for a decision that is not sent, as the question said: Historique knows nothing of it."""
    return "attendait" in request.args


def _done(pages: SidePages, numero: str, what: str) -> AnyResponse:
    return see_other(f"{pages.requests}/{numero}?onglet=pieces&fait={what}#fait")


def _own(pages: SidePages, view: RequestView) -> list[calls.Document]:
    documents = clients().send(calls.ListRequestDocuments(grant=view.grant)).documents
    return [one for one in documents if one.side == pages.side]


def _piece(pages: SidePages, view: RequestView, document_id: str) -> calls.Document:
    """The piece that this side handed in; raises NoSuchPiece, also for the other side's."""
    found = next((one for one in _own(pages, view) if one.id == document_id), None)
    if found is None:
        raise NoSuchPiece
    return found


def _described(view: RequestView, document: calls.Document) -> uploader.Piece:
    """What the procedure asks of the piece, as the form of a file field needs it."""
    definition = town_book().definition(view.procedure.slug, view.procedure.version)
    asked = next((one for one in (*definition.documents, *definition.uploads()) if one.slug == document.piece), None)
    return uploader.piece(asked, (), "", limits()) if asked else uploader.free_piece(limits())


def _editing(
    pages: SidePages, view: RequestView, document: calls.Document, problems: dict[str, str], *, typed: str | None = None
) -> str:
    return render_template(
        "pieces/edit.html",
        **_around(pages, view),
        document=document,
        free=document.piece == FREE,
        piece=_described(view, document),
        problems=problems,
        errors=[(f"#{field}", message) for field, message in problems.items()],
        typed=document.label if typed is None else typed,
        longest=LONGEST_LABEL,
    )


def _asked(pages: SidePages, view: RequestView, document: calls.Document, file: calls.File | None = None) -> str:
    return render_template("pieces/remove.html", **_around(pages, view), document=document, file=file)


def _around(pages: SidePages, view: RequestView) -> dict[str, object]:
    return {"view": view, "frame": pages.frame, "address": f"{pages.requests}/{view.number}"}


def _while_open(act: Callable[..., Answer], pages: SidePages, numero: str, **which: str) -> Answer:
    """The page, or why none of the request's pieces can be changed any more."""
    view = tracked(numero)
    if not view.can.add_documents:
        return pages.tab(view, "pieces", problem=FROZEN), HTTPStatus.CONFLICT
    return act(pages, view, **which)


def _open(pages: SidePages) -> None:
    """The same three acts under the addresses of that side; each is asked for by a page."""
    at, may = f"{pages.requests}/<numero>/pieces", pages.permission
    for address, question, act in (
        (f"{at}/<document_id>/supprimer", remove_page, remove),
        (f"{at}/<file_id>/retirer", remove_file_page, remove_file),
    ):
        name = f"{pages.side}_{act.__name__}"
        page.get(address, permission=may, limit=READ, endpoint=f"{name}_page")(partial(_while_open, question, pages))
        page.post(address, permission=may, limit=WRITE, endpoint=name)(partial(act, pages))
    address, name, again = f"{at}/<document_id>/modifier", f"{pages.side}_edit", partial(_while_open, edit_again, pages)
    page.get(address, permission=may, limit=READ, endpoint=f"{name}_page")(partial(_while_open, edit_page, pages))
    page.post(address, permission=may, limit=UPLOAD, max_bytes=largest_form, reopen=again, endpoint=name)(
        partial(_while_open, edit, pages)
    )


for each_side in (CITIZEN, TOWN):
    _open(each_side)
