"""One's own space: coming in, going out, the first page, one's requests."""

from collections.abc import Callable
from typing import TypeVar

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.glimpses import count_to_read
from gateway.identity import current_identity
from gateway.pages import Pages, doors, partner_spaces, see_other
from gateway.pages.common import page_number, reader
from gateway.pages.person import CONTACTS
from gateway.permissions import CITIZEN, PUBLIC
from gateway.rate_limits import LOG_IN, READ, SECOND_FACTOR
from gateway.town import town_book
from services.chassis.errors import Unavailable

page = Pages("account", __name__)
A = TypeVar("A")
PHONES = [(name, label) for name, label in CONTACTS if name.endswith("_phone")]


@page.get("/connexion", permission=PUBLIC, limit=READ)
def log_in_page() -> str | AnyResponse:
    return doors.opened("account", left="fin" in request.args)


def log_in_anew() -> doors.Answer:
    return doors.left_open("account")


@page.post("/connexion", permission=PUBLIC, limit=LOG_IN, outdated=log_in_anew)
def log_in() -> doors.Answer:
    """« Connexion »."""
    return doors.password("account")


@page.post("/connexion/code", permission=PUBLIC, limit=SECOND_FACTOR)
def second_factor() -> doors.Answer:
    """The six figures of an agent who took this door."""
    return doors.code("account")


@page.post("/deconnexion", permission=PUBLIC)
def log_out() -> AnyResponse:
    """Ends the session everywhere; the page that follows shows nothing personal."""
    response = see_other("/connexion?fin=1")
    session = current_identity().session_token()
    current_identity().log_out(response)  # pyright: ignore[reportArgumentType]
    if session is not None:
        clients().accounts.log_out(session)
    return response


@page.get("/mon-accueil", permission=CITIZEN, limit=READ, brief=True)
def home() -> str:
    """« Mon accueil », whole or without what a silent service would have said: nothing of a person is kept for that."""
    board = _if_answered(lambda: clients().requests.read_dashboard(brief=True))
    if board is not None:
        count_to_read(board.to_read)
    featured, details = town_book().featured().answer, town_book().contact_details().answer
    news = town_book().news(reader()).answer
    known = _if_answered(lambda: clients().accounts.list_partner_credentials(brief=True))
    return render_template(
        "account/home.html",
        profile=_if_answered(lambda: clients().accounts.profile(brief=True)),
        board=board,
        stored=_if_answered(clients().documents.count_storage),
        featured=featured["items"] if featured else [],
        contact_details=details["items"] if details else [],
        icons={area["slug"]: area["icon"] for area in town_book().areas()},
        highlighted=news.get("highlighted") if news else None,
        private_news=news.get("private_news", 0) if news else 0,
        phones=PHONES,
        partner_tiles=partner_spaces.tiles(known.kept if known else None),
    )


def _if_answered(ask: Callable[[], A]) -> A | None:
    try:
        return ask()
    except Unavailable:
        return None


@page.get("/mes-demandes", permission=CITIZEN, limit=READ)
def requests_page() -> str:
    """« Voir toutes mes demandes », or the archived ones; a filter shows what waits to be read or is coming."""
    archived = "archivees" in request.args
    found = clients().requests.mine(archived=archived, page=page_number())
    return render_template(
        "account/requests.html", found=found, archived=archived, number=page_number(), pages=found.get("pages", 1)
    )
