"""Pages made to be printed: all that a folder holds of a request, and who comes to the counter on a day."""

from flask import render_template, request

from gateway.conversation import clients
from gateway.dates import day_or_none
from gateway.http.rate_limits import READ
from gateway.pages.agent.file import frame
from gateway.permissions import FILE_READER
from gateway.routes import Pages, now
from gateway.shared.piece_names import named
from gateway.shared.tracked import case_of
from services.documents.schemas.pieces import ListRequestDocuments
from services.messaging.schemas.exchanges import ListExchanges
from services.requests.schemas.appointments import ListDay

page = Pages("agent_print", __name__)


@page.get("/agent/demandes/<numero>/imprimer", permission=FILE_READER, limit=READ)
def print_page(numero: str) -> str:
    """Internal notes stay out of it: a folder may be handed to the person. Printing opens no message that waits."""
    view = case_of(numero)
    shown = "exchanges" in view.tabs
    return render_template(
        "agent/print.html",
        exchanges=clients().send(ListExchanges(grant=view.grant)).items if shown else [],
        documents=clients().send(ListRequestDocuments(grant=view.grant)).documents,
        history=named(view),
        at=now(),
        **frame(view),
    )


@page.get("/agent/rendez-vous", permission=FILE_READER, limit=READ)
def day_list() -> str:
    """« Rendez-vous », agenda by agenda: of the day asked for; of today when none is, or when what was typed is no day."""
    day = day_or_none(request.args.get("jour", ""))
    return render_template("agent/day.html", found=clients().send(ListDay(day=day)))
