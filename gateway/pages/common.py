"""What the templates of people's pages may use besides the frame's own filters and globals."""

from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from urllib.parse import urlencode

from flask import Response, request, url_for

from gateway import glimpses
from gateway.identity import NotLoggedIn, Person, current_identity, current_person
from gateway.pages import Pages, now
from gateway.pages import facts as town_facts
from gateway.pages.places import place_words
from gateway.pages.theme import fingerprint, style_sheet
from gateway.pages.words import FILTERS
from gateway.permissions import PUBLIC
from gateway.session_timer import SessionTimer, session_timer
from gateway.town import town_book
from services.chassis.actors import Actor
from services.chassis.errors import Forbidden, Refusal

page = Pages("common", __name__)
MOST_PAGES = 1000
"""Of a list; nobody turns more, and each costs the database what lies before it."""
OPENED_BY_LOGGING_IN = frozenset({"account_required", "login_required"})
FOR_EVER = "public, max-age=31536000, immutable"


@contextmanager
def logging_in_helps() -> Generator[None]:
    """Leads a visitor to the log-in page, and back, where a service says that only an account holder may see this."""
    try:
        yield
    except Forbidden as refusal:
        if refusal.code in OPENED_BY_LOGGING_IN and current_person() is None:
            raise NotLoggedIn(details={"log_in_page": "/connexion"}) from refusal
        raise


def site() -> town_facts.Facts:
    """The town as header and footer show it; an error page is made even when nobody answers."""
    try:
        return town_facts.facts(town_book().town(), now())
    except Refusal:
        known = town_book().last_known()
        return town_facts.facts(known, now()) if known else town_facts.UNKNOWN


def person_menu() -> Person | None:
    """Who is logged in, or None; never a reason for an error page to fail."""
    try:
        return current_person()
    except Refusal:
        return None


def session_seconds() -> SessionTimer | None:
    """How long the session of who looks still lasts; None where nobody is logged in."""
    person = person_menu()
    return session_timer(person, now()) if person else None


def reader() -> Actor | None:
    """For whom what the town publishes is chosen: who is logged in; None for visitors, and while that cannot be said."""
    person = current_identity().person_if_known()
    return person.actor if person else None


def at_counter() -> bool:
    """Whether an agent looks: what is filed from here is filed for somebody, in the agents' frame and words."""
    person = person_menu()
    return person is not None and person.kind == "agent"


def theme_url() -> str:
    """The address of the town's colours, which changes with them."""
    try:
        return url_for("common.theme", digest=fingerprint(town_book().town()["theme"]))
    except Refusal:
        return url_for("common.theme", digest="town")


def with_query(**changes: str | int | None) -> str:
    """The present address with other parameters: for pagination and filters."""
    query = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def page_number() -> int:
    """`?page=`: a number from 1, whatever was typed."""
    number = request.args.get("page", "1")
    return min(max(int(number), 1), MOST_PAGES) if number.isdecimal() and len(number) < 6 else 1


def seen_version() -> int:
    """`version` of the form: of what the person was looking at; 1, which is mostly out of date, where it is no number."""
    version = request.form.get("version", "")
    return max(int(version), 1) if version.isdecimal() and len(version) < 10 else 1


def page_address(number: int) -> str:
    """The same list, another page of it."""
    return with_query(page=number)


def page_numbers(page: int, pages: int) -> list[int | None]:
    """The pages that a list of that many links to: the first, the last that can be opened, this one and two on each side.

    None stands for those in between, when they are two or more.
    """
    last = min(pages, MOST_PAGES)
    linked = sorted({1, *range(max(page - 2, 1), min(page + 2, last) + 1), last})
    numbers: list[int | None] = [1]
    for before, number in pairwise(linked):
        if number - before > 1:
            numbers.append(before + 1 if number - before == 2 else None)
        numbers.append(number)
    return numbers


@page.get("/theme.css", permission=PUBLIC)
def theme_now() -> Response:
    """The colours under a name that does not change; for those who cannot know the present one."""
    return _sheet("public, max-age=60")


@page.get("/theme-<digest>.css", permission=PUBLIC)
def theme(digest: str) -> Response:
    present = fingerprint(town_book().town()["theme"])
    return _sheet(FOR_EVER if digest == present else "public, max-age=60")


def _sheet(cache: str) -> Response:
    response = Response(style_sheet(town_book().town()["theme"]), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = cache
    return response


for name, function in {**FILTERS, "place": place_words}.items():
    page.add_app_template_filter(function, name)
for function in (
    site,
    person_menu,
    session_seconds,
    at_counter,
    theme_url,
    with_query,
    page_address,
    page_numbers,
    glimpses.quota_reopens,
    glimpses.places_counted,
    glimpses.exchanges_to_read,
    glimpses.letters_to_deliver,
):
    page.add_app_template_global(function, function.__name__)
