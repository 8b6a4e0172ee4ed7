"""Who else has a file open: asked every twenty seconds by its page while that is open, and given up when it is left."""

from http import HTTPStatus

from flask import Response, current_app, request

from gateway.http.rate_limits import WRITE
from gateway.pages.agent import case as agent_case, list_news
from gateway.permissions import FILE_READER, PUBLIC
from gateway.routes import Pages, now
from gateway.sessions.identity import current_actor
from gateway.sessions.open_files import OpenFiles, mark_of
from services.requests.schemas.tracking import AlsoOpen, CaseView
from services.townhall.untyped import entry

page = Pages("agent_open_file", __name__)


def open_files() -> OpenFiles:
    return entry(current_app.extensions, "parvis.open_files", OpenFiles)  # of `create_app`


def shown(view: CaseView) -> dict[str, str | list[str]]:
    """What the file that is about to be shown says of it."""
    actor = current_actor()
    me = AlsoOpen(name=actor.name, since=now(), agent_id=actor.id)
    to_stay = request.headers.get("Sec-Fetch-Dest", "document") == "document"  # a script reads it for a part of it
    mine = open_files().opened(view.number, me, view.also_open) if to_stay else ""
    others = open_files().others(mine, actor.id) or []
    return {
        "also_open": agent_case.also_open(others, now()),
        "open_page": f"/agent/demandes/{view.number}/ouvert/{mine}",
        "open_mark": mark_of(others),
    }


# the limit is spent in `reader`
@page.get("/agent/demandes/<numero>/ouvert/<mine>", permission=PUBLIC)
def still_open(numero: str, mine: str) -> Response:
    """A line for each colleague; no service is asked. The session is not prolonged by it; of a page of which this gateway knows nothing, nothing is said."""
    person = list_news.reader()
    others = open_files().others(mine, person.actor.id, again=True) if person else None
    if others is None:
        return list_news.answer_with("")
    return list_news.answer_with(mark_of(others), "\n".join(agent_case.also_open(others, now())))


@page.post("/agent/demandes/<numero>/ouvert/<mine>", permission=FILE_READER, limit=WRITE)
def let_go(numero: str, mine: str) -> Response:
    """The page is left."""
    open_files().closed(mine, current_actor().id)
    return Response(status=HTTPStatus.NO_CONTENT, mimetype="text/plain")
