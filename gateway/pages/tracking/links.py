"""Revoking the tracking links of a request: asked first, then done; by the holder of one of them."""

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.http.rate_limits import READ, WRITE
from gateway.permissions import FOLLOWER
from gateway.routes import Pages, command_id, see_other
from gateway.shared.tracked import tracked
from services.requests.schemas.following import RevokeTrackingLinks

page = Pages("tracking_links", __name__)


@page.get("/demande/<numero>/liens", permission=FOLLOWER, limit=READ)
def question(numero: str) -> str | AnyResponse:
    view = tracked(numero)
    if not view.can.revoke_links:
        return see_other(f"/demande/{numero}")
    return render_template("tracking/revoke_links.html", view=view)


@page.post("/demande/<numero>/liens", permission=FOLLOWER, limit=WRITE)
def revoke(numero: str) -> AnyResponse:
    """The link that led here is dead as well: where one goes on is where a new one is sent from."""
    clients().send(RevokeTrackingLinks(number=numero), command_id=command_id())
    return see_other("/suivi?revoques=1")
