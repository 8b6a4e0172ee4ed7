"""What every answer carries and every form must bring: headers, cache rules, proof that our own page sent the form."""

import base64
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from gateway.http.networks import visitors_network
from gateway.http.rate_limits import SUBMIT, Limit, RateLimits
from gateway.sessions.identity import current_identity
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings
from services.townhall.untyped import entry

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
MASK_BYTES = 16

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
WITH_LOCATION = {"Permissions-Policy": PERMISSIONS_POLICY.replace("geolocation=()", "geolocation=(self)")}
NO_STORE = "no-store"
PUBLIC_UNLESS_CHANGED = "public, no-cache"
HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
OF_EVERY_ANSWER = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # What is not said to be public is personal: forgetting to say so must never leak.
    "Cache-Control": NO_STORE,
}
OF_CAPABILITY_PAGES = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class FormNotOurs(Forbidden):
    message = "Ce formulaire a expiré. Rien n’a été envoyé : vérifiez votre saisie et validez de nouveau."


class Security:
    """The application's own secrets and limits."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.signing_key
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(settings.public_url))
        self._headers = OF_EVERY_ANSWER | (HSTS if settings.public_url.startswith("https://") else {})
        self.limits = RateLimits(settings.rate_limits, gateways=settings.gateways)

    # --- forms

    def csrf_token(self) -> str:
        """Proves that the form was rendered for this browser; masked anew each time, so that compression reveals nothing.

        Bound to the visitor cookie, not to the session: logging in in another tab must not lose what was typed here.
        """
        mask = secrets.token_bytes(MASK_BYTES)
        proof = self._proof()
        return base64.urlsafe_b64encode(mask + bytes(a ^ b for a, b in zip(mask, proof, strict=True))).decode()

    def check_form(self) -> None:
        """Refuses with FormNotOurs a change that another site, or an outdated page, asks for."""
        self.check_origin()
        token = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
        try:
            raw = base64.urlsafe_b64decode(token.encode())
        except ValueError:
            raise FormNotOurs from None
        mask, masked = raw[:MASK_BYTES], raw[MASK_BYTES:]
        if len(mask) != MASK_BYTES or len(masked) != MASK_BYTES:
            raise FormNotOurs
        if not hmac.compare_digest(bytes(a ^ b for a, b in zip(mask, masked, strict=True)), self._proof()):
            raise FormNotOurs

    def check_origin(self) -> None:
        """For the JSON API with a session cookie: refuses what a browser sends from another site."""
        if not self.comes_from_us():
            raise FormNotOurs

    def _proof(self) -> bytes:
        visitor = current_identity().lasting_visitor().encode()
        return hmac.digest(self._key, b"csrf:" + visitor, "sha256")[:MASK_BYTES]

    def comes_from_us(self) -> bool:
        """Whether a page of ours sends the request, as far as the browser says."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = request.headers.get("Origin")
        return origin is None or origin == self._origin

    # --- limits

    def spend(self, limit: Limit) -> None:
        person = current_identity().person_if_known()
        if limit is SUBMIT and person is not None and person.kind == "agent":
            return  # at the counter, one agent files for many
        self.limits.spend(limit, account=person.actor.id if person else None, address=visitors_network())

    def spend_as(self, limit: Limit, account: str) -> None:
        """Of an account that is known without asking who holds the session."""
        self.limits.spend(limit, account=account, address=visitors_network())

    # --- answers

    def dress(self, response: Response) -> Response:
        """Sets the headers that every answer carries; a route that set one itself keeps its own."""
        wanted = self._headers | (OF_CAPABILITY_PAGES if g.get("capability_page") else {})
        wanted |= WITH_LOCATION if g.get("may_locate") else {}
        present = {name.title() for name, _ in response.headers}
        response.headers.extend({name: value for name, value in wanted.items() if name not in present})
        return response


def install(app: Flask, security: Security) -> None:
    app.extensions["parvis.security"] = security
    app.after_request(security.dress)


def current_security() -> Security:
    return entry(current_app.extensions, "parvis.security", Security)  # of `install`


def may_locate() -> None:
    """Says that this page, and no other, may ask the browser where it is; the browser asks the person."""
    g.may_locate = True


def capability_page() -> None:
    """Says that the address of this page is a secret: no other site may learn it."""
    g.capability_page = True
