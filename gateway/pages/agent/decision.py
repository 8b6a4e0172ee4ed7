"""A decision on a request: choose where it goes, word it, read it again, send it."""

from dataclasses import replace

from flask import abort, render_template, request

from gateway.conversation import clients
from gateway.dates import local
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent import case as agent_case, reply as agent_reply
from gateway.pages.agent.file import address, frame
from gateway.pages.agent.reply import Wording
from gateway.pages.components.controls import Control, error_list
from gateway.pages.tracking import follow
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, now, see_other, seen_version, send_command
from gateway.shared.tracked import case_of
from gateway.town import town_book
from services.chassis.errors import Conflict, Invalid, Refusal
from services.documents.schemas.pieces import ListRequestDocuments
from services.procedures.schemas.definitions.procedures import Procedure, Status
from services.requests.schemas.decisions import PreviewReply
from services.requests.schemas.tracking import CaseView, PreparedReply
from services.townhall.grants import Side
from services.townhall.pieces import FOR_THE_DECISION, FREE
from services.townhall.placeholders import all_of, to_fill

page = Pages("agent_decision", __name__)
CONFLICT = 409
LACKING = "À renseigner avant l’envoi."


@page.get("/agent/demandes/<numero>/decision", permission=FILE_READER, limit=READ)
def decision_page(numero: str) -> str | tuple[str, int]:
    """The form of one decision; 409 with what changed where it is no longer possible. `modele`: a canned reply to start from."""
    view = case_of(numero)
    to = request.args.get("vers", "")
    if all(transition.to != to for transition in view.transitions):
        if to not in _definition(view).statuses:
            abort(404)
        return _form(view, Wording(to=to)), CONFLICT
    model = request.args.get("modele", "")
    known = {reply.slug for reply in view.replies if reply.sets_status == to}
    text = clients().send(PreviewReply(number=numero, reply=model)).text if model in known else ""
    return _form(view, Wording(to=to, reply=request.args.get("reponse", ""), text=text))


def wording_again(numero: str) -> str:
    """The decision that waited for a log-in, as it was worded."""
    return _form(case_of(numero), Wording.read(request.form))


@page.post("/agent/demandes/<numero>/decision", permission=FILE_READER, limit=WRITE, reopen=wording_again)
def decide(numero: str) -> Answer:
    """« Relire » shows the message as it would leave; « Envoyer » decides. What was typed is kept in every case."""
    wording = Wording.read(request.form)
    if request.form.get("action") == "relire":
        return _form(case_of(numero), wording, read_again=True), 200
    try:
        done = send_command(wording.as_command(numero, seen_version()))
    except (Conflict, Invalid) as refusal:
        return _form(case_of(numero), wording, refusal=refusal), status_of(refusal)
    return see_other(address(numero, "", "statut" if done.told else "statut-seul"))


def _form(view: CaseView, wording: Wording, *, refusal: Refusal | None = None, read_again: bool = False) -> str:
    today = local(now()).date()
    reply = agent_reply.reply_of(view, wording)
    errors = agent_reply.errors_of(refusal.fields) if refusal else {}
    controls = agent_reply.controls(view, wording, reply, errors, today)
    missing = agent_reply.lacking(controls, wording, reply)
    if read_again and not reply:  # a prepared reply shows its blanks in the message itself
        errors = {one.name: LACKING for one in missing}
        controls = [replace(one, error=errors.get(one.name, "")) for one in controls]
        read_again = not missing
    status = _definition(view).statuses.get(wording.to) or Status(label=wording.to, closed=False, meaning="")
    action = next((one for one in agent_case.actions(view) if one.offered.to == wording.to), None)
    return render_template(
        "agent/decision.html",
        wording=wording,
        reply=reply,
        controls=controls,
        missing=[one.label for one in missing],
        beside=agent_reply.beside(view, wording, reply),
        errors=_listed(refusal, controls, errors) if refusal else error_list(controls, errors),
        action=action,
        written=agent_reply.written(view, wording),
        heading=action.verb if action else agent_case.verb(wording.to, status.label),
        status=status,
        changes=follow.changes_of(refusal) if refusal else (),
        latest=agent_case.latest_step(view),
        called_off=next((one for one in follow.booked(view) if one.starts_at > now()), None),
        refused=refusal.message if isinstance(refusal, Conflict) else "",
        read_again=read_again,
        **_pieces(view, reply.text if reply else wording.text, closing=bool(action and status.closed)),
        **_preview(view, wording, reply),
        **frame(view),
    )


def _definition(view: CaseView) -> Procedure:
    return town_book().definition(view.procedure.slug, view.procedure.version)


def _pieces(view: CaseView, letter: str, *, closing: bool) -> dict[str, object]:
    """`erased`: the pieces that closing the request erases at once (glossary P2, D7). `joined`: of the piece that the letter
    says is joined, whether the town has `added` one or it is `missing`; empty where the letter says no such thing."""
    announced = agent_reply.speaks_of_a_piece(letter)
    closing = closing and any(piece.delete_after == FOR_THE_DECISION for piece in view.asked_documents)
    if not (announced or closing):
        return {"erased": [], "joined": ""}
    documents = clients().send(ListRequestDocuments(grant=view.grant)).documents
    # What was handed in at the counter is the town’s too, for a piece that was asked for.
    of_the_town = any(one.side == Side.TOWN and one.piece == FREE for one in documents)
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
