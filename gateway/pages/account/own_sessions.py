"""« Mes sessions et connexions »: where one is logged in, what was refused, and the end of a session; for citizens and agents."""

import uuid

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ
from gateway.permissions import CITIZEN, STAFF
from gateway.routes import Pages, command_id, see_other
from gateway.sessions.identity import current_actor, current_identity
from services.accounts.schemas.sessions import EndOtherSessions, EndSession, ListSessions
from services.chassis.errors import NotFound

page = Pages("own_sessions", __name__)
CITIZENS, AGENTS = "/mon-espace/sessions", "/agent/sessions"

Answer = AnyResponse | tuple[str, int]


@page.get(CITIZENS, permission=CITIZEN, limit=READ)
def citizens_sessions() -> str:
    return _listed("account")


@page.get(AGENTS, permission=STAFF, limit=READ)
def agents_sessions() -> str:
    return _listed("agent")


@page.post(f"{CITIZENS}/<uuid:session_id>/fin", permission=CITIZEN)
def end_citizens_session(session_id: uuid.UUID) -> Answer:
    """« Mettre fin à cette session »."""
    return _end("account", CITIZENS, session_id)


@page.post(f"{AGENTS}/<uuid:session_id>/fin", permission=STAFF)
def end_agents_session(session_id: uuid.UUID) -> Answer:
    return _end("agent", AGENTS, session_id)


@page.post(f"{CITIZENS}/fin", permission=CITIZEN)
def end_citizens_other_sessions() -> AnyResponse:
    """« Mettre fin à toutes les autres sessions »."""
    return _end_others(CITIZENS)


@page.post(f"{AGENTS}/fin", permission=STAFF)
def end_agents_other_sessions() -> AnyResponse:
    return _end_others(AGENTS)


def _listed(side: str, problem: str = "") -> str:
    found = clients().send(ListSessions(presented=_presented()))
    return render_template(
        f"{side}/sessions.html",
        found=found,
        others=[one for one in found.sessions if not one.current],
        ended=request.args.get("fin", ""),
        problem=problem,
    )


def _end(side: str, address: str, session_id: uuid.UUID) -> Answer:
    try:
        clients().send(EndSession(id=session_id), command_id=command_id())
    except NotFound as refusal:
        return _listed(side, refusal.message), status_of(refusal)
    _forget()
    return see_other(f"{address}?fin=une")


def _end_others(address: str) -> AnyResponse:
    clients().send(EndOtherSessions(presented=_presented()), command_id=command_id())
    _forget()
    return see_other(f"{address}?fin=autres")


def _presented() -> str:
    return current_identity().session_token() or ""


def _forget() -> None:
    """This gateway does not wait to hear of the end; the others hear of it."""
    current_identity().sessions.forget_of(current_actor().id)
