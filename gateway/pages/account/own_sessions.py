"""« Mes sessions et connexions »: where one is logged in, what was refused, and the end of a session; for citizens and agents."""

import uuid
from functools import partial

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ
from gateway.permissions import CITIZEN, STAFF
from gateway.routes import Answer, Pages, see_other, send_command
from gateway.sessions.identity import current_actor, current_identity
from services.accounts.schemas.sessions import EndOtherSessions, EndSession, ListSessions
from services.chassis.errors import NotFound

page = Pages("own_sessions", __name__)


def listed(side: str, problem: str = "") -> str:
    found = clients().send(ListSessions(presented=_presented()))
    return render_template(
        f"{side}/sessions.html",
        found=found,
        others=[one for one in found.sessions if not one.current],
        ended=request.args.get("fin", ""),
        problem=problem,
    )


def end(side: str, address: str, session_id: uuid.UUID) -> Answer:
    """« Mettre fin à cette session »."""
    try:
        send_command(EndSession(id=session_id))
    except NotFound as refusal:
        return listed(side, refusal.message), status_of(refusal)
    _forget()
    return see_other(f"{address}?fin=une")


def end_others(address: str) -> AnyResponse:
    """« Mettre fin à toutes les autres sessions »."""
    send_command(EndOtherSessions(presented=_presented()))
    _forget()
    return see_other(f"{address}?fin=autres")


def _presented() -> str:
    return current_identity().session_token() or ""


def _forget() -> None:
    """Ends them in this gateway at once; the other gateways receive the event."""
    current_identity().sessions.forget_of(current_actor().id)


for side, address, permission in (("account", "/mon-espace/sessions", CITIZEN), ("agent", "/agent/sessions", STAFF)):
    page.get(address, permission=permission, limit=READ, endpoint=side)(partial(listed, side))
    page.post(f"{address}/<uuid:session_id>/fin", permission=permission, endpoint=f"{side}_end")(
        partial(end, side, address)
    )
    page.post(f"{address}/fin", permission=permission, endpoint=f"{side}_end_others")(partial(end_others, address))
