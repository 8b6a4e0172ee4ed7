"""What the file shows of decisions: the prepared replies, those that may leave as they stand, and the form of one decision."""

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, request

from gateway.conversation import clients
from gateway.dates import local
from gateway.pages.agent import case as agent_case, enclosure, reply as agent_reply
from gateway.pages.agent.case import Action
from gateway.pages.agent.reply import Wording
from gateway.pages.components.controls import Control, error_list
from gateway.pages.tracking import follow
from gateway.routes import now
from gateway.town import town_book
from services.chassis.errors import Conflict, Refusal
from services.chassis.structs import Struct
from services.documents.schemas.pieces import Document, ListRequestDocuments
from services.procedures.schemas.definitions.procedures import Procedure, Status
from services.requests.schemas import statuses
from services.requests.schemas.decisions import PreviewReply
from services.requests.schemas.tracking import CaseView, PreparedReply
from services.townhall.grants import Side
from services.townhall.pieces import FOR_THE_DECISION, FREE
from services.townhall.placeholders import PLACEHOLDER, all_of, to_fill

LACKING = "À renseigner avant l’envoi."
LINK = "tracking_url"
"""Filled when the message leaves, and shown by its name till then."""


class Choice(Struct):
    """A prepared reply to choose; `text`: as the person would read it, of one that may leave as it stands, else "". `erased`: the
    pieces that go with it."""

    reply: PreparedReply
    action: Action
    status: Status
    text: str
    erased: tuple[str, ...]


def begun(view: CaseView) -> Wording:
    """The decision that the address names; `modele`: a prepared reply to start from. 404 where the procedure knows no such status."""
    to = request.args.get("vers", "")
    if not possible(view, to):
        if to not in _definition(view).statuses:
            abort(404)
        return Wording(to=to)
    model = request.args.get("modele", "")
    known = {reply.slug for reply in view.replies if reply.sets_status == to}
    text = clients().send(PreviewReply(number=view.number, reply=model)).text if model in known else ""
    return Wording(to=to, reply=request.args.get("reponse", ""), text=text)


def possible(view: CaseView, to: str) -> bool:
    return any(transition.to == to for transition in view.transitions)


def choices(view: CaseView, actions: Sequence[Action], documents: Sequence[Document] | None) -> list[Choice]:
    """The prepared replies of these actions, in their order. `documents`: None where they are not known."""
    found: list[Choice] = []
    for action in actions:
        status = _status(view, action.offered.to)
        for reply in action.replies:
            ready = leaves_as_it_stands(view, action, status, reply, documents)
            text = _readable(reply.filled) if ready else ""
            pieces = _of_pieces(view, action.offered.to, "", documents, closing=status.closed)
            erased = tuple(pieces["erased"]) if pieces else ()
            found.append(Choice(reply=reply, action=action, status=status, text=text, erased=erased))
    return found


def leaves_as_it_stands(
    view: CaseView, action: Action, status: Status, reply: PreparedReply, documents: Sequence[Document] | None
) -> bool:
    """Whether a prepared reply may leave without its form: it has no blank, asks for nothing, and the agent has nothing else to do
    or to know first. Of pieces that are erased with it, and of messages that are not read, its own words warn."""
    offered = action.offered
    today = local(now()).date()
    wording = Wording(to=offered.to, reply=reply.slug)
    asks = agent_reply.controls(view, wording, reply, {}, today)
    blanks = [name for name in all_of(reply.filled) if name != LINK]
    if not reply.filled or blanks or reply.placeholders or offered.needs_reason or any(one.required for one in asks):
        return False
    if offered.to in (statuses.Status.AWAITING, statuses.Status.REDIRECTED):
        return False
    if view.profile_unchanged and view.profile_unchanged.at == offered.to:
        return False
    of_pieces = _of_pieces(view, offered.to, reply.text, documents, closing=status.closed)
    return of_pieces is not None and of_pieces["joined"] != "missing"


def _readable(text: str) -> str:
    """The text of a message, the tracking link by its name."""
    return PLACEHOLDER.sub(lambda found: f"[{agent_reply.label_of(found[1].strip()).lower()}]", text)


def shown(
    view: CaseView,
    wording: Wording,
    actions: Sequence[Action],
    documents: Sequence[Document] | None,
    *,
    refusal: Refusal | None = None,
    read_again: bool = False,
    unjoined: str = "",
) -> dict[str, object]:
    """The form of that decision as its template draws it; what was typed is kept in every case. `unjoined`: why the document that
    was chosen is not kept."""
    today = local(now()).date()
    reply = agent_reply.reply_of(view, wording)
    errors = agent_reply.errors_of(refusal.fields) if refusal else {}
    controls = agent_reply.controls(view, wording, reply, errors, today)
    missing = agent_reply.lacking(controls, wording, reply)
    if read_again and not reply:  # a prepared reply shows its blanks in the message itself
        errors = {one.name: LACKING for one in missing}
        controls = [replace(one, error=errors.get(one.name, "")) for one in controls]
        read_again = not missing
    status = _status(view, wording.to)
    action = next((one for one in actions if one.offered.to == wording.to), None)
    return {
        "wording": wording,
        "reply": reply,
        "controls": controls,
        "missing": [one.label for one in missing],
        "beside": agent_reply.beside(view, wording, reply),
        "errors": [
            *(_listed(refusal, controls, errors) if refusal else error_list(controls, errors)),
            *([("#document", unjoined)] if unjoined else []),
        ],
        "enclosure": enclosure.shown(view, wording.to, documents or (), unjoined),
        "action": action,
        "written": agent_reply.written(view, wording),
        "heading": action.verb if action else agent_case.verb(wording.to, status.label),
        "status": status,
        "changes": follow.changes_of(refusal) if refusal else (),
        "latest": agent_case.latest_step(view),
        "called_off": next((one for one in follow.booked(view) if one.starts_at > now()), None),
        "refused": refusal.message if isinstance(refusal, Conflict) else "",
        "read_again": read_again,
        **_pieces(view, wording, reply, documents, closing=bool(action and status.closed)),
        **_preview(view, wording, reply),
    }


def _definition(view: CaseView) -> Procedure:
    return town_book().definition(view.procedure.slug, view.procedure.version)


def _status(view: CaseView, slug: str) -> Status:
    return _definition(view).statuses.get(slug) or Status(label=slug, closed=False, meaning="")


def _pieces(
    view: CaseView,
    wording: Wording,
    reply: PreparedReply | None,
    documents: Sequence[Document] | None,
    *,
    closing: bool,
) -> dict[str, list[str] | str]:
    """As `_of_pieces`, which a decision does not do without."""
    letter = reply.text if reply else wording.text
    found = _of_pieces(view, wording.to, letter, documents, closing=closing)
    if found is None:
        documents = clients().send(ListRequestDocuments(grant=view.grant)).documents
        found = _of_pieces(view, wording.to, letter, documents, closing=closing)
    return found or {}


def _of_pieces(
    view: CaseView, to: str, letter: str, documents: Sequence[Document] | None, *, closing: bool
) -> dict[str, list[str] | str] | None:
    """`erased`: the pieces that closing the request erases at once (glossary P2, D7). `joined`: of the piece that the letter
    says is joined, or of the signed decision of a refusal (R13), whether the town has `added` one or it is `missing`; empty where there
    is no such piece. None where the
    pieces are needed and not known."""
    refused = any(one.to == to and one.appeal for one in view.transitions)
    announced = refused or agent_reply.speaks_of_a_piece(letter)
    closing = closing and any(piece.delete_after == FOR_THE_DECISION for piece in view.asked_documents)
    if not (announced or closing):
        return {"erased": [], "joined": ""}
    if documents is None:
        return None
    # What was handed in at the counter is the town’s too, for a piece that was asked for.
    of_the_town = any(
        one.side == Side.TOWN and one.piece == FREE and one.enclosed_for in (None, to) for one in documents
    )
    return {
        "erased": [one.label for one in documents if closing and one.delete_after == FOR_THE_DECISION],
        "joined": ("added" if of_the_town else "missing") if announced else "",
    }


def _preview(view: CaseView, wording: Wording, reply: PreparedReply | None) -> dict[str, object]:
    """The message as the person would read it, and the names of its blanks."""
    values = wording.as_values(agent_reply.pieces_of(view))
    if reply is None:
        message = agent_reply.preview(wording.text, all_of(wording.text))
        blanks = [name for name in to_fill(wording.text) if name not in values]
    else:
        found = clients().send(PreviewReply(number=view.number, reply=reply.slug, values=values))
        message, blanks = agent_reply.preview(found.text, found.unfilled), [*found.unfilled]
    return {"message": message, "blanks": list(map(agent_reply.label_of, blanks))}


def _listed(refusal: Refusal, controls: list[Control], errors: dict[str, str]) -> list[tuple[str, str]]:
    if isinstance(refusal, Conflict):
        return []
    placed = {control.name for control in controls}
    elsewhere = [
        ("", f"{agent_reply.label_of(name.removeprefix('values.'))} : {message}")
        for name, message in errors.items()
        if name not in placed
    ]
    here = {name: message for name, message in errors.items() if name in placed}
    return [*error_list(controls, here), *elsewhere] or [("", refusal.message)]
