"""« Fermer mon espace »: what is locked at once, erased later, and kept until when; and the mailed link that opens it again (glossary D3)."""

from datetime import date

from flask import Response, make_response, render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import LOG_IN, READ, RETRY_AFTER
from gateway.permissions import CITIZEN, PUBLIC
from gateway.routes import Pages, command_id
from gateway.sessions.identity import current_identity
from services.accounts.schemas import closures as calls
from services.chassis.errors import Invalid, TooMany
from services.requests.schemas.following import ListMine
from services.townhall.sentences import count

page = Pages("closing", __name__)


@page.get("/mon-espace/fermeture", permission=CITIZEN, limit=READ)
def ask() -> str:
    return _asked(problem="")


@page.post("/mon-espace/fermeture", permission=CITIZEN, limit=LOG_IN)
def close() -> Response | tuple[str, int]:
    """The space is locked and the browser forgets who it was; said to who has just closed it, and to no one else."""
    password = request.form.get("mot-de-passe", "")
    try:
        if not password:
            raise Invalid("Indiquez votre mot de passe pour confirmer.")
        closure = clients().send(calls.RequestClosure(password=password), command_id=command_id())
    except (Invalid, TooMany) as refusal:
        return _asked(problem=_sentence(refusal)), status_of(refusal)
    current_identity().forget_person()
    response = make_response(render_template("account/closed.html", **_days(closure)))
    current_identity().log_out(response)
    return response


@page.get("/espace/rouvrir/<token>", permission=PUBLIC, limit=READ, capability=True)
def returning(token: str) -> str:
    return _returning(token, problem="")


@page.post("/espace/rouvrir/<token>", permission=PUBLIC, limit=LOG_IN, capability=True)
def reopen(token: str) -> str | tuple[str, int]:
    try:
        asked = calls.WithdrawClosure(token=token, password=request.form.get("mot-de-passe", ""))
        clients().send(asked, command_id=command_id())
    except (Invalid, TooMany) as refusal:
        return _returning(token, problem=_sentence(refusal)), status_of(refusal)
    return render_template("account/reopened.html")


def _asked(*, problem: str) -> str:
    pages = [clients().send(ListMine(archived=archived)) for archived in (False, True)]
    kept = [item for found in pages for item in found.items]
    more = sum(found.total for found in pages) - len(kept)
    days = _days(clients().send(calls.ForeseeClosure()))
    return render_template("account/close.html", kept=kept, more=more, problem=problem, **days)


def _returning(token: str, *, problem: str) -> str:
    offered = clients().send(calls.OpenClosureReturn(token=token))
    return render_template(
        "account/reopen.html", token=token, username=offered.username, problem=problem, **_days(offered)
    )


def _days(said: calls.Closure | calls.ClosureReturn) -> dict[str, date]:
    return {"last_day": date.fromisoformat(said.last_day), "erased_on": date.fromisoformat(said.erased_on)}


def _sentence(refusal: Invalid | TooMany) -> str:
    seconds = int(refusal.details.get(RETRY_AFTER, 0))
    return f"Trop d’essais. Vous pourrez recommencer dans {count(seconds, 'seconde')}." if seconds else refusal.message
