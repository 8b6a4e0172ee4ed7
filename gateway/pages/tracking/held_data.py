"""« Mes données » of a request, by account or by tracking link: what is held, until when, its archive, its erasure (D3)."""

from flask import Response, render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.files import downloads
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.components.reader import logging_in_helps
from gateway.permissions import FOLLOWER
from gateway.routes import Answer, Pages, see_other, send_command
from gateway.shared.tracked import tracked
from services.chassis.errors import Conflict, Unavailable
from services.documents.schemas.archives import Archive, AskArchive, OpenArchive, ReadArchive
from services.requests.schemas.held_data import ReadHeldData, RequestErasure
from services.requests.schemas.tracking import RequestView

page = Pages("held_data", __name__)
ARCHIVE_ASKED, ERASURE_ASKED = "archive", "demande"


@page.get("/demande/<numero>/donnees", permission=FOLLOWER, limit=READ)
def held(numero: str) -> str:
    """What is held of the request and what may be done about it; where nothing is left, only that."""
    with logging_in_helps():
        view = tracked(numero)
    return _show(view)


@page.post("/demande/<numero>/donnees", permission=FOLLOWER, limit=WRITE)
def ask_for_erasure(numero: str) -> Answer:
    send_command(RequestErasure(number=numero))
    return see_other(f"/demande/{numero}/donnees?fait={ERASURE_ASKED}#fait")


@page.post("/demande/<numero>/donnees/archive", permission=FOLLOWER, limit=WRITE)
def ask_archive(numero: str) -> Answer:
    """« Préparer mon archive »."""
    view = tracked(numero)
    try:
        send_command(AskArchive(grant=view.grant))
    except Conflict as refusal:
        return _show(view, problem=refusal.message), status_of(refusal)
    return see_other(f"/demande/{numero}/donnees?fait={ARCHIVE_ASKED}#archive")


@page.get("/demande/<numero>/donnees/archive", permission=FOLLOWER, limit=READ)
def archive(numero: str) -> Response:
    with logging_in_helps():
        view = tracked(numero)
    return downloads.file(clients().send(OpenArchive(grant=view.grant)))


@page.get("/demande/<numero>/mes-donnees", permission=FOLLOWER, limit=READ)
def earlier_address(numero: str) -> Answer:
    """Where the archive had a page of its own."""
    return see_other(f"/demande/{numero}/donnees#archive")


def _show(view: RequestView, *, problem: str = "") -> str:
    known = clients().send(ReadHeldData(number=view.number))
    return render_template(
        "tracking/held_data.html",
        view=view,
        held=known,
        archive=None if known.erased else _archive(view.grant),
        done=request.args.get("fait", ""),
        problem=problem,
    )


def _archive(grant: str) -> Archive | None:
    """Where the archive stands; None while documents is silent: the rest of the page does without."""
    try:
        return clients().send(ReadArchive(grant=grant))
    except Unavailable:
        return None
