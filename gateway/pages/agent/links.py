"""Revoking the tracking links of a request, by an agent."""

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent.file import address, frame
from gateway.pages.tracking.links import page
from gateway.permissions import FILE_READER
from gateway.routes import command_id, see_other
from gateway.shared.tracked import case_of
from services.requests.schemas.following import RevokeTrackingLinks


@page.get("/agent/demandes/<numero>/liens", permission=FILE_READER, limit=READ)
def agents_question(numero: str) -> str | AnyResponse:
    view = case_of(numero)
    if not view.can.revoke_links:
        return see_other(address(numero, "demandeur"))
    return render_template("agent/revoke_links.html", **frame(view))


@page.post("/agent/demandes/<numero>/liens", permission=FILE_READER, limit=WRITE)
def agent_revokes(numero: str) -> AnyResponse:
    clients().send(RevokeTrackingLinks(number=numero), command_id=command_id())
    return see_other(address(numero, "demandeur", "liens"))
