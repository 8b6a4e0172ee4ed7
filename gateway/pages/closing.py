"""« Fermer mon espace »: what is erased, what the town keeps and until when, then the password and the end (glossary D3)."""

from flask import Response, make_response, render_template, request

from gateway.clients import Json
from gateway.conversation import clients
from gateway.errors import status_of
from gateway.identity import current_identity
from gateway.pages import Pages, command_id
from gateway.permissions import CITIZEN
from gateway.rate_limits import LOG_IN, READ
from services.chassis.errors import Invalid, TooMany

page = Pages("closing", __name__)


@page.get("/mon-espace/fermeture", permission=CITIZEN, limit=READ)
def ask() -> str:
    return _asked(problem="")


@page.post("/mon-espace/fermeture", permission=CITIZEN, limit=LOG_IN)
def close() -> Response | tuple[str, int]:
    """The space is closed and the browser forgets who it was; said to who has just closed it, and to nobody else."""
    password = request.form.get("mot-de-passe", "")
    try:
        if not password:
            raise Invalid("Indiquez votre mot de passe pour confirmer.")
        clients().accounts.close_account(password, command_id=command_id())
    except (Invalid, TooMany) as refusal:
        return _asked(problem=refusal.message), status_of(refusal)
    current_identity().forget_person()
    response = make_response(render_template("account/closed.html"))
    current_identity().log_out(response)
    return response


def _asked(*, problem: str) -> str:
    pages = [clients().requests.mine(archived=archived) for archived in (False, True)]
    kept: list[Json] = [item for found in pages for item in found["items"]]
    more = sum(found["total"] for found in pages) - len(kept)
    return render_template("account/close.html", kept=kept, more=more, problem=problem)
