"""Logging in loses nothing: what a browser began without an account goes on in the account that was opened there."""

from gateway.conversation import clients
from gateway.routes import new_id
from gateway.sessions.identity import current_identity
from services.chassis import logs
from services.chassis.actors import Actor
from services.chassis.errors import Refusal
from services.requests.schemas.drafts import AdoptDrafts

log = logs.get_logger("gateway")


def bring_along(newcomer: Actor) -> None:
    """Gives this browser's drafts to a citizen who has just logged in. Never a reason for the log-in to fail."""
    visitor = current_identity().known_visitor()
    if visitor is None or newcomer.kind != "citizen":
        return
    try:
        clients().send(AdoptDrafts(visitor=visitor), actor=newcomer, command_id=new_id())
    except Refusal as refusal:
        log.warning("drafts_left_behind", code=refusal.code)
