"""One's own space: the log-out, the first page, one's requests."""

from concurrent.futures import ThreadPoolExecutor

from flask import render_template, request

from gateway.brief_calls import ask, count_to_read
from gateway.conversation import clients
from gateway.http.rate_limits import READ
from gateway.pages.account import partner_spaces
from gateway.pages.components.pagination import page_number
from gateway.pages.components.reader import reader
from gateway.pages.procedures.begun import drafts_begun
from gateway.permissions import CITIZEN, PUBLIC
from gateway.routes import Answer, Pages, see_other
from gateway.sessions.identity import current_identity
from gateway.town import town_book
from services.accounts.schemas.log_in import LogOut
from services.accounts.schemas.partner_credentials import ListPartnerCredentials
from services.accounts.schemas.people import ReadProfile
from services.documents.schemas.storage import CountStorage
from services.requests.schemas.dashboard import ReadDashboard
from services.requests.schemas.following import ListMine
from services.townhall.person import MEANS, PHONES

page = Pages("account", __name__)


@page.post("/deconnexion", permission=PUBLIC)
def log_out() -> Answer:
    """Ends the session everywhere; the page that follows shows nothing personal."""
    response = see_other("/connexion?fin=1")
    session = current_identity().session_token()
    current_identity().log_out(response)  # pyright: ignore[reportArgumentType]
    if session is not None:
        clients().send(LogOut(session=session))
    return response


@page.get("/mon-accueil", permission=CITIZEN, limit=READ, brief=True)
def home() -> str:
    """« Mon accueil », whole or without the part of a service that does not answer: nothing personal is cached for that."""
    who, book, services = reader(), town_book(), clients()
    with ThreadPoolExecutor(8) as threads:
        asked_board = ask(threads, lambda: services.send(ReadDashboard(), brief=True))
        begun = ask(threads, drafts_begun)
        profile = ask(threads, lambda: services.send(ReadProfile(), brief=True))
        stored = ask(threads, lambda: services.send(CountStorage(), brief=True))
        asked_news = ask(threads, lambda: book.news(who).answer)
        asked_featured = ask(threads, lambda: book.featured().answer)
        asked_details = ask(threads, lambda: book.contact_details().answer)
        asked_known = ask(threads, lambda: services.send(ListPartnerCredentials(), brief=True))
    board, news, known = asked_board.result(), asked_news.result(), asked_known.result()
    featured, details = asked_featured.result(), asked_details.result()
    if board is not None:
        count_to_read(board.to_read)
    return render_template(
        "account/home.html",
        board=board,
        begun=begun.result(),
        profile=profile.result(),
        stored=stored.result(),
        featured=featured.items if featured else (),
        contact_details=details.items if details else (),
        icons={area.slug: area.icon for area in book.areas()},
        highlighted=news.highlighted if news else None,
        private_news=news.private_news if news else 0,
        phones=[(name, MEANS[name]) for name in PHONES],
        partner_tiles=partner_spaces.tiles(known.kept if known else None),
    )


@page.get("/mes-demandes", permission=CITIZEN, limit=READ)
def requests_page() -> str:
    """« Voir toutes mes demandes », or the archived ones; a filter shows what waits to be read or is coming."""
    archived = "archivees" in request.args
    found = clients().send(ListMine(archived=archived, page=page_number()))
    return render_template(
        "account/requests.html", found=found, archived=archived, number=page_number(), pages=found.pages
    )
