"""A decision that was sent and waits some seconds: what becomes of it, and how it is taken back."""

from flask import Response, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent.file import address, show
from gateway.pages.agent.reply import Wording
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, see_other, send_command, typed_id
from gateway.shared.tracked import case_of
from services.chassis.errors import Conflict, NotFound
from services.requests.schemas.held_decisions import ReadHeldDecision, UndoDecision

page = Pages("agent_undo", __name__)


@page.get("/agent/demandes/<numero>/decisions/<decision_id>/etat", permission=FILE_READER, limit=READ)
def held_decision(numero: str, decision_id: str) -> Response:
    """For the strip of a page that stays open: one word, a HeldState."""
    asked = ReadHeldDecision(number=numero, decision_id=str(typed_id(decision_id, NotFound)))
    answer = Response(clients().send(asked).state, mimetype="text/plain")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@page.post("/agent/demandes/<numero>/decisions/<decision_id>", permission=FILE_READER, limit=WRITE)
def undo(numero: str, decision_id: str) -> Answer:
    """« Annuler » and « Reprendre » give the form back with its words; « Écarter » leaves them. Nothing that has left comes back."""
    asked = UndoDecision(number=numero, decision_id=str(typed_id(decision_id, NotFound)))
    try:
        words = send_command(asked).words
    except Conflict as refusal:
        return show(case_of(numero), problem=refusal.message), status_of(refusal)
    if request.form.get("action") == "ecarter":
        return see_other(address(numero))
    return show(case_of(numero), wording=Wording.of(words), taken_back=True), 200
