"""Every page at the width of a telephone and of a desk, signed in and not: judged, and with --pictures kept as a picture."""

import re
from collections.abc import Iterator
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


@pytest.fixture(scope="module")
def visitors_view(a_visitors_page: Page) -> Watched:
    return Watched(a_visitors_page)


@pytest.fixture(scope="module")
def citizens_view(
    browser: Browser, portal: Portal, camille: Person, citizens_numbers: dict[str, str]
) -> Iterator[Watched]:
    context = new_browser(browser, portal)
    page = sit_down(context, portal, camille)
    page.goto(f"/suivi/{citizens_numbers['token']}")
    Filing(page, "permis-vegetaliser").begin()
    yield Watched(page)
    context.close()


@pytest.fixture(scope="module")
def agents_view(browser: Browser, portal: Portal, agent: Person) -> Iterator[Watched]:
    context = new_browser(browser, portal)
    yield Watched(sit_down(context, portal, agent))
    context.close()


@pytest.fixture(scope="module")
def administrators_view(browser: Browser, portal: Portal) -> Iterator[Watched]:
    context = new_browser(browser, portal)
    yield Watched(sit_down(context, portal, log_in(portal, "administrator")))
    context.close()


SEEN = """() => {
    const place = document.activeElement.getBoundingClientRect();
    const seen = document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
    return seen?.closest("label") === document.activeElement.closest("label");
}"""


def judge(watched: Watched, address: str, numbers: dict[str, str], who: str) -> None:
    """At both widths no fault; at the narrowest nothing to scroll sideways; where its
    kind has not been seen in the dark scheme yet, nothing that cannot be read there. Style sheets alone know of
    widths: the page is opened once."""
    watched.open(address.format(**numbers), WIDTHS[0])
    name = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-") or "accueil"
    faults = []
    for width in WIDTHS:
        watched.resize(width)
        watched.keep(f"{who}-{name}-{width}")
        # the same colours at every width, but on agents' pages, which are laid out anew
        judged = watched.looks(colours=width == WIDTHS[0] or who not in ("visiteur", "citoyen"))
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


@pytest.mark.parametrize("address", VISITOR)
def test_a_page_as_a_visitor_sees_it(visitors_view: Watched, numbers: dict[str, str], address: str) -> None:
    judge(visitors_view, address, numbers, "visiteur")


@pytest.mark.parametrize("address", CITIZEN)
def test_a_page_as_a_citizen_sees_it(citizens_view: Watched, citizens_numbers: dict[str, str], address: str) -> None:
    judge(citizens_view, address, citizens_numbers, "citoyen")


@pytest.mark.parametrize("address", AGENT)
def test_a_page_as_an_agent_sees_it(agents_view: Watched, numbers: dict[str, str], address: str) -> None:
    judge(agents_view, address, numbers, "agent")


@pytest.mark.parametrize("address", ADMINISTRATOR)
def test_a_page_as_an_administrator_sees_it(
    administrators_view: Watched, numbers: dict[str, str], address: str
) -> None:
    judge(administrators_view, address, numbers, "administration")


@pytest.mark.parametrize("address", COMPONENTS)
def test_the_catalogue_of_components(visitors_view: Watched, components: str, address: str) -> None:
    judge(visitors_view, address, {"components": components}, "composants")


@pytest.mark.parametrize("address", INBOX)
def test_a_page_of_the_demonstrations_inbox(
    visitors_view: Watched, portal: Portal, inbox: str, numbers: dict[str, str], address: str
) -> None:
    mail = eventually(lambda: mails_of(portal), "the mails of the requests that were filed")[0]["id"]
    judge(visitors_view, address, {"inbox": inbox, "mail": mail}, "courriels")


@pytest.fixture
def inbox(visitors_view: Watched, portal: Portal) -> str:
    """The inbox's address, opened by the one that `up` prints."""
    visitors_view.page.goto(ready.inbox(portal.addresses))
    return portal.addresses["mail"]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_mail_in_the_demonstrations_inbox_is_seen_whole(
    visitors_view: Watched, portal: Portal, inbox: str, numbers: dict[str, str], width: int
) -> None:
    for mail in eventually(lambda: mails_of(portal), "the mails of the requests that were filed")[:3]:
        visitors_view.open(f"{inbox}/mails/{mail['id']}", width)
        page = visitors_view.page
        foot = page.frame_locator("iframe").locator("footer")
        page.wait_for_function("document.querySelector('iframe').style.height")
        frame, last = page.locator("iframe").bounding_box(), foot.bounding_box()
        assert frame is not None
        assert last is not None
        assert 0 <= frame["y"] + frame["height"] - last["y"] - last["height"] < 60


def mails_of(portal: Portal) -> list[dict[str, str]]:
    return requests.get(f"{portal.mail}/api/mails", timeout=10).json()


def test_on_a_phone_no_slot_that_the_keyboard_reaches_is_covered(
    visitors_view: Watched, numbers: dict[str, str]
) -> None:
    visitors_view.open("/demarches/rdv-conseil-urbanisme/etape/rendez-vous", WIDTHS[0])
    page = visitors_view.page
    slots = page.locator(".slot input")
    slots.first.focus()
    covered = []
    for _ in slots.all():
        if not page.evaluate(SEEN):
            covered.append(page.evaluate("document.activeElement.value"))
        page.keyboard.press("ArrowDown")

    assert not covered


def test_the_actions_of_a_file_are_reached_by_scrolling_the_page(agents_view: Watched, numbers: dict[str, str]) -> None:
    agents_view.open(f"/agent/demandes/{numbers['number']}", WIDTHS[1])

    assert agents_view.page.locator("#agir").evaluate("actions => actions.scrollHeight <= actions.clientHeight")
