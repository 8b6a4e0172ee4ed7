"""« Fermer mon espace »: what is locked at once, erased later, and kept until when; and the mailed link that opens it again (glossary D3)."""

from flask import Response, make_response, render_template, request

from gateway.conversation import clients
from gateway.errors import sentence_with_wait, status_of
from gateway.http.rate_limits import LOG_IN, READ
from gateway.permissions import CITIZEN, PUBLIC
from gateway.routes import Pages, send_command
from gateway.sessions.identity import current_identity
from services.accounts.schemas import closures as calls
from services.chassis.errors import Invalid, TooMany
from services.requests.schemas.following import ListMine

page = Pages("closing", __name__)


class NoPassword(Invalid):
    code = "invalid"
    message = "Indiquez votre mot de passe pour confirmer."


@page.get("/mon-espace/fermeture", permission=CITIZEN, limit=READ)
def ask(*, problem: str = "") -> str:
    pages = [clients().send(ListMine(archived=archived)) for archived in (False, True)]
    kept = [item for found in pages for item in found.items]
    more = sum(found.total for found in pages) - len(kept)
    days = clients().send(calls.ForeseeClosure())
    return render_template("account/close.html", kept=kept, more=more, problem=problem, **vars(days))


@page.post("/mon-espace/fermeture", permission=CITIZEN, limit=LOG_IN)
def close() -> Response | tuple[str, int]:
    """Locks the space and removes the person from the browser; only the browser that has just done so reads that it is done."""
    password = request.form.get("mot-de-passe", "")
    try:
        if not password:
            raise NoPassword
        closure = send_command(calls.RequestClosure(password=password))
    except (Invalid, TooMany) as refusal:
        return ask(problem=sentence_with_wait(refusal)), status_of(refusal)
    current_identity().forget_person()
    response = make_response(render_template("account/closed.html", **vars(closure)))
    current_identity().log_out(response)
    return response


@page.get("/espace/rouvrir/<token>", permission=PUBLIC, limit=READ, capability=True)
def returning(token: str, *, problem: str = "") -> str:
    offered = clients().send(calls.OpenClosureReturn(token=token))
    return render_template("account/reopen.html", token=token, problem=problem, **vars(offered))


@page.post("/espace/rouvrir/<token>", permission=PUBLIC, limit=LOG_IN, capability=True)
def reopen(token: str) -> str | tuple[str, int]:
    try:
        send_command(calls.WithdrawClosure(token=token, password=request.form.get("mot-de-passe", "")))
    except (Invalid, TooMany) as refusal:
        return returning(token, problem=sentence_with_wait(refusal)), status_of(refusal)
    return render_template("account/reopened.html")
