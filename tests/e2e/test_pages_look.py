"""Every page at the width of a telephone and of a desk, signed in and not: judged, and with --pictures kept as a picture."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page

from deploy.local import ready
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.looks import Watched
from tests.e2e.journeys.people import new_browser, sit_down
from tests.servers.portal import Portal
from tests.support.addresses import ADMINISTRATOR, AGENT, CITIZEN, COMPONENTS, DARK, INBOX, VISITOR
from tests.support.people import Person, eventually, log_in

pytestmark = pytest.mark.e2e

WIDTHS = (390, 1280)
NARROWEST = 320  # a desk at 400 % (WCAG 1.4.10)


PAGES = {
    "visiteur": VISITOR,
    "citoyen": CITIZEN,
    "agent": AGENT,
    "administration": ADMINISTRATOR,
    "composants": COMPONENTS,
    "courriels": INBOX,
}
"""By whom, or where, they are seen."""


@pytest.fixture(scope="module")
def views(
    browser: Browser,
    portal: Portal,
    a_visitors_page: Page,
    camille: Person,
    agent: Person,
    citizens_numbers: dict[str, str],
) -> Iterator[dict[str, Watched]]:
    """The window of each; a visitor looks at the components and at the inbox."""
    people = {"citoyen": camille, "agent": agent, "administration": log_in(portal, "administrator")}
    with ExitStack() as opened:
        pages = {
            who: sit_down(opened.enter_context(new_browser(browser, portal)), portal, person)
            for who, person in people.items()
        }
        pages["citoyen"].goto(f"/suivi/{citizens_numbers['token']}")
        Filing(pages["citoyen"], "permis-vegetaliser").begin()
        visitors = Watched(a_visitors_page)
        yield {who: Watched(page) for who, page in pages.items()} | dict.fromkeys(
            ("visiteur", "composants", "courriels"), visitors
        )


@pytest.fixture(scope="module")
def filed(
    portal: Portal, a_visitors_page: Page, numbers: dict[str, str], citizens_numbers: dict[str, str], components: str
) -> dict[str, str]:
    """What stands in braces in the addresses. The inbox was opened by the address that `up` prints."""
    a_visitors_page.goto(ready.inbox(portal.addresses))
    mail = eventually(lambda: mails_of(portal), "the mails of the requests that were filed")[0]["id"]
    return {**numbers, **citizens_numbers, "components": components, "inbox": portal.addresses["mail"], "mail": mail}


SEEN = """() => {
    const place = document.activeElement.getBoundingClientRect();
    const seen = document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
    return seen?.closest("label") === document.activeElement.closest("label");
}"""


def judge(watched: Watched, address: str, numbers: dict[str, str], who: str) -> None:
    """At both widths no fault, of header and footer at the second width on one page of each kind; at the narrowest nothing to scroll
    sideways; on one page of each kind nothing that cannot be read in the dark scheme. Style sheets alone know of widths: the page is
    opened once."""
    watched.open(address.format(**numbers), WIDTHS[0])
    name = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-") or "accueil"
    faults = []
    for width in WIDTHS:
        watched.resize(width)
        watched.keep(f"{who}-{name}-{width}")
        # the same colours at every width, but on agents' pages, which are laid out anew
        colours = width == WIDTHS[0] or who not in ("visiteur", "citoyen")
        judged = watched.looks(colours=colours, where="html" if width == WIDTHS[0] or address in DARK else "main")
        faults += [f"{width} px: {fault}" for fault in judged]
    if address in DARK:
        watched.page.emulate_media(color_scheme="dark")
        watched.keep(f"{who}-{name}-sombre")
        faults += [f"dark: {fault}" for fault in watched.contrast()]
        watched.page.emulate_media(color_scheme="light")
    watched.resize(NARROWEST)
    faults += [f"{NARROWEST} px: {fault}" for fault in watched.overflow()]
    faults += watched.behaviour(urlsplit(watched.page.url).netloc)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("who", "address"), [(who, one) for who, addresses in PAGES.items() for one in addresses])
def test_a_page_looks_right(views: dict[str, Watched], filed: dict[str, str], who: str, address: str) -> None:
    judge(views[who], address, filed, who)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_mail_in_the_demonstrations_inbox_is_seen_whole(
    views: dict[str, Watched], filed: dict[str, str], portal: Portal, width: int
) -> None:
    for mail in mails_of(portal)[:3]:
        views["courriels"].open(f"{filed['inbox']}/mails/{mail['id']}", width)
        page = views["courriels"].page
        foot = page.frame_locator("iframe").locator("footer")
        page.wait_for_function("document.querySelector('iframe').style.height")
        frame, last = page.locator("iframe").bounding_box(), foot.bounding_box()
        assert frame is not None
        assert last is not None
        assert 0 <= frame["y"] + frame["height"] - last["y"] - last["height"] < 60


def mails_of(portal: Portal) -> list[dict[str, str]]:
    return requests.get(f"{portal.mail}/api/mails", timeout=10).json()


def test_on_a_phone_no_slot_that_the_keyboard_reaches_is_covered(
    views: dict[str, Watched], filed: dict[str, str]
) -> None:
    views["visiteur"].open("/demarches/rdv-conseil-urbanisme/etape/rendez-vous", WIDTHS[0])
    page = views["visiteur"].page
    slots = page.locator(".slot input")
    slots.first.focus()
    covered = []
    for _ in slots.all():
        if not page.evaluate(SEEN):
            covered.append(page.evaluate("document.activeElement.value"))
        page.keyboard.press("ArrowDown")

    assert not covered


def test_the_actions_of_a_file_are_reached_by_scrolling_the_page(
    views: dict[str, Watched], filed: dict[str, str]
) -> None:
    views["agent"].open(f"/agent/demandes/{filed['number']}", WIDTHS[1])

    assert views["agent"].page.locator("#agir").evaluate("actions => actions.scrollHeight <= actions.clientHeight")
