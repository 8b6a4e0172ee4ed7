"""The agents' door: password, then one-time code; and what the keyboard can do."""

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.identity import current_person
from gateway.pages import Pages, see_other
from gateway.pages.account import HOME, STAFF_HOME, back_to, welcome
from gateway.permissions import FILE_READER, PUBLIC
from gateway.rate_limits import LOG_IN, READ, SECOND_FACTOR
from services.chassis.errors import Forbidden, Invalid, Refusal, TooMany

page = Pages("agent_access", __name__)


@page.get("/agent/connexion", permission=PUBLIC, limit=READ)
def log_in_page() -> str | AnyResponse:
    person = current_person()
    if person is not None and person.kind == "agent":
        return see_other(back_to(STAFF_HOME))
    return render_template("agent/log_in.html", back=back_to(STAFF_HOME), problem="")


@page.post("/agent/connexion", permission=PUBLIC, limit=LOG_IN)
def log_in() -> AnyResponse | tuple[str, int]:
    """« Continuer »: the second step; a citizen who took this door is let into the personal space."""
    username = request.form.get("utilisateur", "").strip()
    try:
        found = clients().accounts.log_in(username, request.form.get("mot-de-passe", ""))
    except (Forbidden, Invalid, TooMany) as refusal:
        again = render_template(
            "agent/log_in.html", back=back_to(STAFF_HOME), username=username, problem=refusal.message
        )
        return again, status_of(refusal)
    if "challenge" not in found:
        return welcome(found["session"], HOME)
    step = render_template(
        "agent/second_factor.html", challenge=found["challenge"], back=back_to(STAFF_HOME), problem=""
    )
    return step, 200


@page.post("/agent/connexion/code", permission=PUBLIC, limit=SECOND_FACTOR)
def second_factor() -> AnyResponse | tuple[str, int]:
    challenge = request.form.get("epreuve", "")
    code = "".join(request.form.get("code", "").split())
    try:
        found = clients().accounts.second_factor(challenge, code)
    except Refusal as refusal:
        if refusal.kind == "unavailable":
            raise
        step = render_template(
            "agent/second_factor.html", challenge=challenge, back=back_to(STAFF_HOME), problem=refusal.message
        )
        return step, status_of(refusal)
    return welcome(found["session"], back_to(STAFF_HOME))


@page.get("/agent/raccourcis", permission=FILE_READER, limit=READ)
def shortcuts() -> str:
    """« ? »: what the keyboard can do, and how to turn it off."""
    return render_template("agent/shortcuts.html")
