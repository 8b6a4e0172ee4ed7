"""« Mes données »: what the town holds of the person, and where it is read, downloaded, corrected and ended (glossary D3)."""

from flask import Response, render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.files import downloads
from gateway.http.rate_limits import READ, WRITE
from gateway.permissions import CITIZEN
from gateway.routes import Answer, Pages, see_other, send_command
from services.chassis.errors import Conflict
from services.documents.schemas.archives import AskArchive, OpenArchive, ReadArchive

page = Pages("own_data", __name__)

HOME = "/mon-espace/mes-donnees"


@page.get("/mon-espace/mes-donnees", permission=CITIZEN, limit=READ)
def own_data(*, problem: str = "") -> str:
    """Where each part of it is, and the archive of all of it."""
    return render_template(
        "account/own_data.html",
        archive=clients().send(ReadArchive()),
        address=HOME,
        done="fait" in request.args,
        problem=problem,
    )


@page.post("/mon-espace/mes-donnees/archive", permission=CITIZEN, limit=WRITE)
def ask_archive() -> Answer:
    """« Préparer mon archive »."""
    try:
        send_command(AskArchive())
    except Conflict as refusal:
        return own_data(problem=refusal.message), status_of(refusal)
    return see_other(f"{HOME}?fait=1#archive")


@page.get("/mon-espace/mes-donnees/archive", permission=CITIZEN, limit=READ)
def archive() -> Response:
    return downloads.file(clients().send(OpenArchive()))
