"""Who may read what, and who may answer; pure."""

import hashlib
import hmac

from services.chassis.actors import Actor
from services.chassis.errors import Forbidden, NotFound

EVERYONE = ("public",)
HOLDERS = ("public", "account")


class NoSuchItem(NotFound):
    code = "no_such_item"
    message = "Cette page n’existe pas ou n’est plus disponible."


class AccountRequired(NotFound):
    """Says nothing of what is behind the door, not even its title."""

    code = "account_required"
    message = "Cette page est réservée aux titulaires d’un espace personnel. Connectez-vous pour la lire."


class CannotAnswer(Forbidden):
    code = "cannot_answer"
    message = "Ouvrez le sondage depuis votre navigateur ou votre espace personnel pour y répondre."


def audiences(actor: Actor) -> tuple[str, ...]:
    """The audiences that the actor belongs to: holders of an account, and staff, read everything."""
    return HOLDERS if actor.kind in ("citizen", "agent", "system") else EVERYONE


def require(actor: Actor, audience: str) -> None:
    """Raises AccountRequired where the actor may not know of the item."""
    if audience not in audiences(actor):
        raise AccountRequired


def is_voter(actor: Actor) -> bool:
    """Polls are for citizens, known or not; nobody else answers one."""
    return actor.kind in ("citizen", "visitor") and bool(actor.id)


def voter(actor: Actor, poll: str, key: bytes) -> bytes:
    """Who answers a poll, as a keyed hash that differs from poll to poll; raises CannotAnswer."""
    if not is_voter(actor):
        raise CannotAnswer
    return hmac.digest(key, f"voter {poll} {actor.kind} {actor.id}".encode(), hashlib.sha256)
