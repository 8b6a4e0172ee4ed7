"""The town's answer to the erasure that an applicant asks for (D3): accepted, with the dates of the law, or refused with a reason."""

from flask import render_template, request

from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent.file import address, frame
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, see_other, send_command
from gateway.shared.tracked import case_of
from services.chassis.errors import Conflict, Invalid
from services.requests.schemas.held_data import LONGEST_REASON, AnswerErasure
from services.requests.schemas.tracking import CaseView

page = Pages("agent_erasure", __name__)

ANSWERS = {"accepter": True, "refuser": False}


@page.get("/agent/demandes/<numero>/effacement", permission=FILE_READER, limit=READ)
def answer_page(numero: str) -> str:
    """What was asked, until when the law has the town keep the request, and the two answers; as it was typed, where it waited for a log-in."""
    return _form(case_of(numero))


@page.post("/agent/demandes/<numero>/effacement", permission=FILE_READER, limit=WRITE, reopen=answer_page)
def answer(numero: str) -> Answer:
    accepted = ANSWERS.get(request.form.get("reponse", ""))
    if accepted is None:
        return _form(case_of(numero), unchosen="Choisissez votre réponse."), 422
    reason = request.form.get("motif", "").strip()
    try:
        send_command(AnswerErasure(number=numero, accepted=accepted, reason=reason))
    except (Conflict, Invalid) as refusal:
        problem = refusal.fields.get("reason", refusal.message)
        return _form(case_of(numero), problem=problem), status_of(refusal)
    return see_other(address(numero, "", "effacement"))


def _form(view: CaseView, *, unchosen: str = "", problem: str = "") -> str:
    return render_template(
        "agent/erasure.html",
        asked=view.erasure,
        chosen=request.form.get("reponse", ""),
        typed=request.form.get("motif", ""),
        longest=LONGEST_REASON,
        unchosen=unchosen,
        problem=problem,
        **frame(view),
    )
