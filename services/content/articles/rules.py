"""Who may read what, and who may answer; pure."""

import hashlib
import hmac

from services.chassis.actors import Actor
from services.chassis.errors import Forbidden, NotFound
from services.chassis.structs import Struct
from services.content.schemas.refusals import AccountRequired

EVERYONE = ("public",)
HOLDERS = ("public", "account")
PRIVATE = ("account",)


class NoSuchItem(NotFound):
    message = "Cette page n’existe pas ou n’est plus disponible."


class CannotAnswer(Forbidden):
    message = "Ouvrez le sondage depuis votre navigateur ou votre espace personnel pour y répondre."


def audiences(actor: Actor | None) -> tuple[str, ...]:
    """The audiences that the actor belongs to: holders of an account, and staff, read everything."""
    return HOLDERS if actor is not None and actor.kind in ("citizen", "agent", "system") else EVERYONE


def require(actor: Actor | None, audience: str) -> None:
    """Raises AccountRequired where the actor may not know of the item."""
    if audience not in audiences(actor):
        raise AccountRequired


def holder(actor: Actor | None) -> str:
    if actor is None or actor.kind != "citizen":
        raise AccountRequired
    return actor.id


def is_voter(actor: Actor | None) -> bool:
    """Polls are for citizens, known or not; no other actor answers one."""
    return actor is not None and actor.kind in ("citizen", "visitor") and bool(actor.id)


class Voter(Struct):
    """Who answers a poll, as keyed hashes that differ from poll to poll.

    `own`: those of the person, or of a browser without one; `elsewhere`: of others, whose answer is this one's as well.
    `left`: what an answer leaves.
    """

    own: frozenset[bytes]
    elsewhere: frozenset[bytes]
    left: frozenset[bytes]

    @property
    def all(self) -> frozenset[bytes]:
        return self.own | self.elsewhere


def voter_key(signing_key: bytes) -> bytes:
    """The key of the hashes below."""
    return hmac.digest(signing_key, b"content: voters", hashlib.sha256)


def voter(actor: Actor | None, poll: str, key: bytes, browser: str = "") -> Voter:
    """Raises CannotAnswer. `browser` is the same before and after a log-in and a log-out.

    Who has answered as a visitor does not answer again with an account, nor the other way round. Two accounts in one
    browser are two people.
    """
    if actor is None or not is_voter(actor):
        raise CannotAnswer

    def mark(kind: str, name: str) -> bytes:
        return hmac.digest(key, f"voter {poll} {kind} {name}".encode(), hashlib.sha256)

    own = frozenset({mark(actor.kind, actor.id)})
    if not browser:
        return Voter(own=own, elsewhere=frozenset(), left=own)
    as_visitor, with_account = mark("browser", browser), mark("browser with account", browser)
    if actor.kind == "citizen":
        return Voter(own=own, elsewhere=frozenset({as_visitor}), left=own | {with_account})
    own |= {as_visitor}
    return Voter(own=own, elsewhere=frozenset({with_account}), left=own)


def address_mark(address: str, poll: str, key: bytes) -> bytes:
    """A network address, for counting the visitors of it who answer a poll; another hash for another poll."""
    return hmac.digest(key, f"address {poll} {address}".encode(), hashlib.sha256)
