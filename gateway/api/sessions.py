"""Logging in, and the sessions that a person has open."""

from dataclasses import asdict

from flask import Response

from gateway.api.operations import Operations, answered
from gateway.api.schemas import people as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.http.rate_limits import LOG_IN, SECOND_FACTOR
from gateway.permissions import HOLDER, PUBLIC
from gateway.routes import now
from gateway.sessions.identity import NotLoggedIn, current_actor, current_identity, current_person
from gateway.sessions.session_timer import SessionTimer, session_timer
from gateway.shared.adoption import bring_along
from services.accounts.schemas.log_in import CodeAsked, LogIn, LogOut, SecondFactor, SessionOpened
from services.accounts.schemas.sessions import EndOtherSessions, EndSession, ListSessions
from services.accounts.schemas.sign_up import Activated

Opened = SessionOpened | CodeAsked | Activated

sessions = Operations("sessions", "La connexion et les sessions ouvertes.")


def opened(found: Opened) -> Opened:
    """The answer; a session that was opened takes the place of the one presented, and this browser's drafts with it."""
    identity = current_identity()
    if not isinstance(found, CodeAsked):
        identity.forget_presented()
        if identity.known_visitor():
            bring_along(identity.person_of(found.session).actor)
    return found


def _agents(found: SessionOpened) -> SessionOpened:
    """An agent has no drafts."""
    current_identity().forget_presented()
    return found


def _ended(_: object) -> None:
    current_identity().sessions.forget_of(current_actor().id)


sessions.post(
    "/sessions",
    permission=PUBLIC,
    body=schemas.LogIn,
    returns=schemas.Session,
    status=201,
    refuses=(401, 403),
    limit=LOG_IN,
).sends(
    LogIn,
    """Ouvre une session ; un agent reçoit un défi à compléter par son code à usage unique.

    Les brouillons que ce navigateur a commencés sans compte passent au compte. La session présentée est fermée.
    """,
    shown=opened,
)
sessions.post(
    "/sessions/second-factor",
    permission=PUBLIC,
    body=schemas.SecondFactor,
    returns=schemas.Session,
    status=201,
    refuses=(401, 403, 404),
    limit=SECOND_FACTOR,
).sends(SecondFactor, "Ouvre la session d’un agent. La session présentée est fermée.", shown=_agents)


@sessions.get("/sessions/current", permission=HOLDER, returns=SessionTimer)
def current_session() -> Json:
    """Combien de temps dure encore la session présentée. La question la prolonge, comme toute autre."""
    person = current_person()
    if person is None:
        raise NotLoggedIn
    return asdict(session_timer(person, now()))


sessions.get("/sessions", permission=HOLDER).sends(
    ListSessions,
    "Mes sessions ouvertes, mes connexions des huit dernières semaines et le nombre d’essais refusés par jour.",
    name="own_sessions",
)
sessions.delete("/sessions/<uuid:session_id>", permission=HOLDER).sends(
    EndSession,
    "Met fin à une de mes sessions, où qu’elle soit ouverte.",
    renamed={"session_id": "id"},
    shown=_ended,
)
sessions.delete("/sessions/others", permission=HOLDER).sends(
    EndOtherSessions, "Met fin à toutes mes sessions, sauf celle qui est présentée.", shown=_ended
)


@sessions.delete("/sessions/current", permission=PUBLIC)
def log_out() -> Response:
    """Ferme la session présentée."""
    identity = current_identity()
    if session := identity.session_token():
        clients().send(LogOut(session=session))
    response = answered(None, 204)
    identity.log_out(response)
    return response
