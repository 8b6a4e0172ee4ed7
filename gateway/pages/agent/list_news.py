"""Whether a list that is open somewhere has changed: asked every twenty seconds by each, so it costs next to nothing."""

from http import HTTPStatus

from flask import Response, current_app, request

from gateway.permissions import PUBLIC
from gateway.routes import Pages, now
from gateway.sessions.identity import current_identity
from gateway.sessions.list_changes import ListChanges
from services.townhall.untyped import entry

page = Pages("agent_list_news", __name__)


def list_changes() -> ListChanges:
    return entry(current_app.extensions, "parvis.list_changes", ListChanges)  # of `create_app`


@page.get("/agent/demandes/nouvelles", permission=PUBLIC)
def list_news() -> Response:
    """Another mark than that of the list: something happened to a request since. No service is asked, the session is not used by it.

    To a reader whom this gateway does not know, or whose list came from another one, nothing is said.
    """
    identity, changes = current_identity(), list_changes()
    answer = Response(status=HTTPStatus.NO_CONTENT, mimetype="text/plain")
    session, seen = identity.session_token(), request.if_none_match.as_set()
    known = session is not None and identity.sessions.knows(session, now())
    if known and all(map(changes.wrote, seen)):
        mark = changes.mark()
        answer = Response(mark, mimetype="text/plain")
        answer.set_etag(mark)
        answer.make_conditional(request)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
