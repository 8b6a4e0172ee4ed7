"""The cookies of the portal, all strictly necessary: session, visitor, tracking links opened, an agent's searches, a
sign-up that waits for its activation, the name under which a browser has answered polls, the version of the pages."""

import base64
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from flask import Response

from services.chassis.event_store import sealing
from services.townhall.untyped import parts

TRACKING_LINKS_KEPT = 5
TRACKING_SEPARATOR = "~"
VISITOR_BYTES = 16
YEAR_SECONDS = 365 * 24 * 3600


class CookieName:
    """The name of a cookie; over https the `__Host-` prefix keeps other hosts of the town from planting one."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, jar: "CookieJar", _: type["CookieJar"]) -> str:
        return f"__Host-{self._name}" if jar.secure else self._name


@dataclass(frozen=True)
class CookieJar:
    """Names and attributes."""

    secure: bool
    secret: bytes = field(repr=False, default=b"")

    session = CookieName("parvis")
    visitor = CookieName("parvis-visitor")
    tracking = CookieName("parvis-tracking")
    searches = CookieName("parvis-searches")
    sign_up = CookieName("parvis-sign-up")
    voter = CookieName("parvis-voter")
    simple = CookieName("parvis-simple")

    def put(self, response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
        """Without `max_age` the cookie lives as long as the browser."""
        response.set_cookie(name, value, max_age=max_age, path="/", secure=self.secure, httponly=True, samesite="Lax")

    def drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="Lax")

    def seal(self, purpose: str, data: dict[str, str], *, bound_to: str) -> str:
        """What a cookie or a hidden field may hold: only the gateway reads it, for that purpose and that agent or browser."""
        key = sealing.key_for(purpose, self.secret)
        return base64.urlsafe_b64encode(sealing.seal_json(key, data, bound_to=bound_to.encode())).decode()

    def unseal(self, purpose: str, sealed: str, *, bound_to: str) -> dict[str, str]:
        """The data again; empty where anything was changed, or where it was made for another purpose, agent or browser."""
        key = sealing.key_for(purpose, self.secret)
        try:
            opened = base64.urlsafe_b64decode(sealed)
            data = parts(sealing.open_json(key, opened, bound_to=bound_to.encode()))
            return {name: str(value) for name, value in data.items()}
        except (InvalidTag, ValueError):  # binascii.Error is a ValueError
            return {}


def new_visitor() -> str:
    """128 random bits: who holds them owns the drafts made with them."""
    return secrets.token_urlsafe(VISITOR_BYTES)


def visitor_of(idempotency_key: str, secret: bytes) -> str:
    """The visitor of a program that keeps no cookie: the same for the same key, and not to be guessed from it."""
    return _name_of(hmac.digest(secret, b"visitor " + idempotency_key.encode(), "sha256"))


def voter_of(visitor: str, secret: bytes) -> str:
    """The name under which a browser answers polls: it says nothing of the visitor, whose drafts end with a log-out."""
    return _name_of(hmac.digest(secret, b"voter " + visitor.encode(), "sha256"))


def _name_of(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest[:VISITOR_BYTES]).rstrip(b"=").decode()


def read_tracking(value: str) -> tuple[str, ...]:
    tokens = tuple(token for token in value.split(TRACKING_SEPARATOR) if token)
    return tokens[:TRACKING_LINKS_KEPT]


def with_tracking(tokens: tuple[str, ...], opened: str) -> str:
    """The newest first; the sixth is forgotten."""
    kept = (opened, *(token for token in tokens if token != opened))
    return TRACKING_SEPARATOR.join(kept[:TRACKING_LINKS_KEPT])
