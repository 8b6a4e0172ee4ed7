"""Revoking the tracking links of a request: asked first, then done; by the holder of one of them, or by an agent."""

from flask import render_template

from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent.file import address, frame
from gateway.permissions import FILE_READER, FOLLOWER
from gateway.routes import Answer, Pages, see_other, send_command
from gateway.shared.tracked import case_of, tracked
from services.requests.schemas.following import RevokeTrackingLinks

page = Pages("tracking_links", __name__)


@page.get("/demande/<numero>/liens", permission=FOLLOWER, limit=READ)
def question(numero: str) -> Answer:
    view = tracked(numero)
    if not view.can.revoke_links:
        return see_other(f"/demande/{numero}")
    return render_template("tracking/revoke_links.html", view=view)


@page.post("/demande/<numero>/liens", permission=FOLLOWER, limit=WRITE)
def revoke(numero: str) -> Answer:
    """The link that led here is dead as well: where one goes on is where a new one is sent from."""
    send_command(RevokeTrackingLinks(number=numero))
    return see_other("/suivi?revoques=1")


@page.get("/agent/demandes/<numero>/liens", permission=FILE_READER, limit=READ)
def agents_question(numero: str) -> Answer:
    view = case_of(numero)
    if not view.can.revoke_links:
        return see_other(address(numero, "demandeur"))
    return render_template("agent/revoke_links.html", **frame(view))


@page.post("/agent/demandes/<numero>/liens", permission=FILE_READER, limit=WRITE)
def agent_revokes(numero: str) -> Answer:
    send_command(RevokeTrackingLinks(number=numero))
    return see_other(address(numero, "demandeur", "liens"))
