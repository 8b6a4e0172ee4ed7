"""Whether a list that is open somewhere has changed: asked every twenty seconds by each, so it costs next to nothing."""

from http import HTTPStatus

from flask import Response, current_app, request

from gateway.http.rate_limits import NEWS
from gateway.http.security import current_security
from gateway.permissions import FILE_READER, PUBLIC
from gateway.routes import Pages, now
from gateway.sessions.identity import Person, current_identity
from gateway.sessions.list_changes import ListChanges
from services.townhall.untyped import entry

page = Pages("agent_list_news", __name__)


def list_changes() -> ListChanges:
    return entry(current_app.extensions, "parvis.list_changes", ListChanges)  # of `create_app`


def reader() -> Person | None:
    """The agent who asks for the news of a list that was read before, where this gateway remembers one who may: no service is asked and
    the session is not prolonged. None where nothing is to be said. Raises TooOften."""
    identity = current_identity()
    session = identity.session_token()
    person = identity.sessions.remembered(session, now()) if session else None
    if person is None or not FILE_READER.allows(person.actor) or not request.if_none_match.as_set():
        return None
    current_security().spend_as(NEWS, person.actor.id)
    return person


def answer_with(mark: str, said: str | None = None) -> Response:
    """What is `said`, else the mark alone, unless the page has that mark already; "": nothing is said."""
    answer = Response(
        mark if said is None else said, HTTPStatus.OK if mark else HTTPStatus.NO_CONTENT, mimetype="text/plain"
    )
    if mark:
        answer.set_etag(mark)
        answer.make_conditional(request)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


# the limit is spent in `reader`: a route's own would ask accounts who holds the session
@page.get("/agent/demandes/nouvelles", permission=PUBLIC)
def list_news() -> Response:
    """Another mark than that of the list: something happened to a request since. No service is asked, the session is not used by it.

    To a reader whom this gateway does not know, or whose list came from another one, nothing is said.
    """
    changes = list_changes()
    ours = reader() is not None and all(map(changes.wrote, request.if_none_match.as_set()))
    return answer_with(changes.mark() if ours else "")
