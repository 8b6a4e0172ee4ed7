"""What header, footer and style of every page say of the town and of the session, and the templates' filters and globals."""

from flask import Response, g, url_for

from gateway import brief_calls
from gateway.pages.components import facts as town_facts
from gateway.pages.components.menus import menu
from gateway.pages.components.pagination import page_address, page_numbers, with_query
from gateway.pages.components.reader import at_counter, person_menu
from gateway.pages.components.simple_version import other_version, simple_version
from gateway.pages.components.theme import fingerprint, style_sheet
from gateway.pages.components.town_map import map_edges, map_marks
from gateway.pages.components.words import FILTERS
from gateway.permissions import PUBLIC
from gateway.routes import Pages, now
from gateway.sessions.session_timer import SessionTimer, session_timer
from gateway.town import town_book
from services.chassis.errors import Refusal
from services.townhall.untyped import entry

page = Pages("common", __name__)
FOR_EVER = "public, max-age=31536000, immutable"


def site() -> town_facts.Facts:
    """The town as all of a page shows it, read once for it; an error page is made even when no service answers."""
    if "site" not in g:
        g.site = _site()
    return entry(vars(g), "site", town_facts.Facts)


def _site() -> town_facts.Facts:
    try:
        return town_facts.facts(town_book().town(), now())
    except Refusal:
        known = town_book().last_known()
        return town_facts.facts(known, now()) if known else town_facts.UNKNOWN


def proposes_addresses() -> bool:
    """Whether the town has an address file, from which scripts propose addresses."""
    try:
        return town_book().town().address_file
    except Refusal:
        return False


def session_seconds() -> SessionTimer | None:
    """How long the session of the present reader still lasts; None where no one is logged in."""
    person = person_menu()
    return session_timer(person, now()) if person else None


def theme_url() -> str:
    """The address of the town's colours, which changes with them."""
    try:
        return url_for("common.theme", digest=fingerprint(town_book().town().theme))
    except Refusal:
        return url_for("common.theme", digest="town")


@page.get("/theme.css", permission=PUBLIC)
def theme_now() -> Response:
    """The colours under a name that does not change, for pages that do not know the present one."""
    return _sheet("public, max-age=60")


@page.get("/theme-<digest>.css", permission=PUBLIC)
def theme(digest: str) -> Response:
    present = fingerprint(town_book().town().theme)
    return _sheet(FOR_EVER if digest == present else "public, max-age=60")


def _sheet(cache: str) -> Response:
    response = Response(style_sheet(town_book().town().theme), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = cache
    return response


for name, function in {**FILTERS, "map_edges": map_edges, "map_marks": map_marks}.items():
    page.add_app_template_filter(function, name)
for function in (
    site,
    menu,
    person_menu,
    session_seconds,
    proposes_addresses,
    at_counter,
    simple_version,
    other_version,
    theme_url,
    with_query,
    page_address,
    page_numbers,
    brief_calls.quota_reopens,
    brief_calls.places_counted,
    brief_calls.exchanges_to_read,
    brief_calls.letters_to_deliver,
    brief_calls.mentions_to_read,
):
    page.add_app_template_global(function, function.__name__)
