"""The « version simplifiée »: the pages as this browser asked for them, larger and in fewer words, one thing after another."""

from urllib.parse import urlencode

from flask import g, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.pages.components.reader import at_counter
from gateway.routes import see_other
from gateway.sessions import kept_forms
from gateway.sessions.cookies import YEAR_SECONDS
from gateway.sessions.identity import current_identity

SIMPLE, USUAL = "/version-simplifiee", "/version-habituelle"
CHOSEN = "1"
BACK = "page"
"""In the address that changes the version: the page that one is on."""
WORDS_ASKED = "q"
"""What somebody searches for is in no other address."""


def simple_version() -> bool:
    """Whether the page is made so. The pages of agents have one version."""
    return request.cookies.get(current_identity().jar.simple) == CHOSEN and not at_counter()


def other_version() -> str:
    """The address of the same page in the other version, from which one comes back to it."""
    return f"{USUAL if simple_version() else SIMPLE}?{urlencode({BACK: _here()})}"


def _here() -> str:
    """The page that is being made; of a form that was sent, its page; never an address that is a secret."""
    if g.get("capability_page"):
        return "/"
    if request.method != "GET":
        return kept_forms.page_of(request.path)
    asked = request.query_string.decode("ascii", "ignore")
    return request.path if not asked or WORDS_ASKED in request.args else f"{request.path}?{asked}"


def choose(*, simple: bool, page: str) -> AnyResponse:
    """Remembers the version in this browser, and goes back to the page."""
    response, jar = see_other(page or "/"), current_identity().jar
    if simple:
        jar.put(response, jar.simple, CHOSEN, max_age=YEAR_SECONDS)  # pyright: ignore[reportArgumentType]
    else:
        jar.drop(response, jar.simple)  # pyright: ignore[reportArgumentType]
    return response
