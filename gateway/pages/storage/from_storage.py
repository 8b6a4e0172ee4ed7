"""« Ajouter depuis mon espace de stockage » and « Copier dans mon espace de stockage », at a step and on a request."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.files.uploads import limits
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.components import uploader
from gateway.pages.components.copies import copied
from gateway.pages.components.reader import at_counter
from gateway.pages.procedures import steps
from gateway.pages.procedures.saving import standing
from gateway.pages.tracking import follow
from gateway.permissions import CITIZEN
from gateway.routes import Answer, Pages, see_other, send_command, typed_id
from gateway.sessions.identity import current_person
from gateway.shared.tracked import tracked
from gateway.town import town_book
from services.chassis.errors import Conflict, Invalid, NotFound, Unavailable
from services.documents.schemas import storage as calls
from services.documents.schemas.pieces import ListDraftDocuments, ListRequestDocuments
from services.procedures.schemas.definitions.procedures import Step
from services.requests.schemas.drafts import DraftView
from services.requests.schemas.tracking import RequestView

page = Pages("from_storage", __name__)

NONE_CHOSEN = "Cochez au moins une pièce."
NO_PLACE_CHOSEN = "Dites à quoi joindre chaque pièce cochée."


@page.get("/demarches/<slug>/espace", permission=CITIZEN, limit=READ)
def choose_for_draft(slug: str) -> Answer:
    """The pieces of the space, to be ticked for the draft of this procedure."""
    draft = standing(slug).draft
    return _no_draft(slug) if draft is None else _for_draft(slug, draft)


@page.post("/demarches/<slug>/espace", permission=CITIZEN, limit=WRITE)
def use_for_draft(slug: str) -> Answer:
    """« Valider »: the ticked pieces are copied into the draft, all or none."""
    draft = standing(slug).draft
    if draft is None or draft.id != request.form.get("draft_id"):
        return _no_draft(slug)
    problem, status = _use(draft.grant)
    return (
        (_for_draft(slug, draft, problem), status) if problem else see_other(f"{steps.path(slug, Step.REQUEST)}#pieces")
    )


@page.get("/demande/<numero>/espace", permission=CITIZEN, limit=READ)
def choose_for_request(numero: str) -> Answer:
    """The pieces of the space, to be ticked for a request that takes some."""
    view = tracked(numero)
    return _for_request(view) if view.can.add_documents else see_other(f"/demande/{numero}?onglet=pieces")


@page.post("/demande/<numero>/espace", permission=CITIZEN, limit=WRITE)
def use_for_request(numero: str) -> Answer:
    view = tracked(numero)
    problem, status = _use(view.grant)
    if problem:
        return _for_request(view, problem), status
    return see_other(f"/demande/{numero}?onglet=pieces&fait=pieces-espace#fait")


@page.post("/demande/<numero>/pieces/<document_id>/copier", permission=CITIZEN, limit=WRITE)
def keep_copy(numero: str, document_id: str) -> Answer:
    """« Copier dans mon espace de stockage »: a piece of the request, under its name."""
    grant = tracked(numero).grant
    copy = copied(grant, [document_id])
    done = "non-copiee" if copy is None else "copie" if copy.documents else "deja-copiee"
    return see_other(f"/demande/{numero}?onglet=pieces&fait={done}#fait")


def room_in_space() -> calls.StorageCount | None:
    """How full the holder's space is, for who has one; None for anybody else, and while documents does not say."""
    person = current_person()
    if person is None or person.kind != "citizen" or at_counter():
        return None
    try:
        return clients().send(calls.CountStorage(), brief=True)
    except Unavailable:
        return None


page.add_app_template_global(room_in_space, "room_in_space")


def _use(grant: str) -> tuple[str, int]:
    """Why nothing was copied, and its status; "" where all that was ticked is."""
    ticked = request.form.getlist("stored")
    if not ticked:
        return NONE_CHOSEN, HTTPStatus.UNPROCESSABLE_ENTITY
    chosen = tuple(
        calls.Chosen(document_id=typed_id(one, NotFound), piece=request.form.get(f"pour:{one}", "")) for one in ticked
    )
    if not all(one.piece for one in chosen):
        return NO_PLACE_CHOSEN, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        send_command(calls.UseStored(grant=grant, chosen=chosen))
    except (Conflict, Invalid, NotFound) as refusal:
        return refusal.message, status_of(refusal)
    return "", HTTPStatus.OK


def _for_draft(slug: str, draft: DraftView, problem: str = "") -> str:
    definition = town_book().definition(slug, draft.version)
    given = clients().send(ListDraftDocuments(grant=draft.grant)).documents
    pieces = uploader.pieces(definition, draft.shown_fields, draft.shown_documents, given, {}, limits())
    targets = [one for one in pieces if one.shown and len(one.files) < one.max_files]
    here = {"action": f"/demarches/{slug}/espace", "back": f"{steps.path(slug, Step.REQUEST)}#pieces"}
    return _shown(targets, problem, trail=[(f"/demarches/{slug}", definition.title)], draft=draft, **here)


def _for_request(view: RequestView, problem: str = "") -> str:
    documents = clients().send(ListRequestDocuments(grant=view.grant)).documents
    address = f"/demande/{view.number}"
    here = {"action": f"{address}/espace", "back": f"{address}?onglet=pieces"}
    targets = follow.addable_pieces(view, documents, limits())
    return _shown(targets, problem, trail=[(address, "Suivi de ma demande")], draft=None, **here)


def _shown(targets: Sequence[uploader.Piece], problem: str, **rest: object) -> str:
    space = clients().send(calls.ReadStorage())
    return render_template(
        "storage/choose.html",
        space=space,
        targets=targets,
        problem=problem,
        ticked=request.form.getlist("stored"),
        **rest,
    )


def _no_draft(slug: str) -> AnyResponse:
    return see_other(f"{steps.path(slug, Step.PROCEDURE)}?brouillon=aucun")
