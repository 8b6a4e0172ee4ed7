"""The portal's own typeface comes with its pages; without it, all of them can be read in the fonts of the machine as well."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from deploy.local import browser as browsers
from tests.e2e.conftest import launch
from tests.e2e.journeys.looks import Watched
from tests.e2e.journeys.people import new_browser, sit_down
from tests.servers.portal import Portal
from tests.support.addresses import AGENT, CITIZEN, COMPONENTS, DARK, VISITOR
from tests.support.people import Person

pytestmark = pytest.mark.e2e

OWN = "Atkinson Hyperlegible Next"
PHONE, NARROWEST = 390, 320
SCREEN = 844  # what a phone shows of a page
WIDTH = """async font => {
    await document.fonts.load(font);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = font;
    return pen.measureText("Prendre rendez-vous pour une carte d’identité").width;
}"""


# That no page is wider than the narrowest screen, `test_pages_look.py` sees of them all in our font.
PAGES = [
    (who, address)
    for who, addresses in {"visitor": (*VISITOR, *COMPONENTS), "citizen": CITIZEN, "agent": AGENT}.items()
    for address in addresses
    if address in DARK
]
"""One page of each kind, and by whom it is seen."""


@pytest.fixture(scope="module")
def elsewhere(browser: Browser) -> Iterator[Browser]:
    """A browser of a machine with other fonts, whose letters are wider."""
    launched = launch(browser.browser_type, browsers.WIDE)
    yield launched
    launched.close()


def without_our_font(context: BrowserContext) -> BrowserContext:
    context.route("**/*.woff2", lambda asked: asked.abort())
    return context


@pytest.fixture(scope="module")
def views(
    elsewhere: Browser, portal: Portal, a_visitors_page: Page, camille: Person, agent: Person
) -> Iterator[dict[str, Watched]]:
    """The visitor of `numbers`, a citizen and an agent, each before another machine."""
    with ExitStack() as opened:
        visitors, citizens, agents = (
            without_our_font(opened.enter_context(new_browser(elsewhere, portal))) for _ in range(3)
        )
        visitors.add_cookies(a_visitors_page.context.cookies())  # pyright: ignore[reportArgumentType]
        pages = visitors.new_page(), sit_down(citizens, portal, camille), sit_down(agents, portal, agent)
        yield dict(zip(("visitor", "citizen", "agent"), map(Watched, pages), strict=True))


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_page_fits_the_narrowest_screen(
    views: dict[str, Watched],
    numbers: dict[str, str],
    citizens_numbers: dict[str, str],
    components: str,
    who: str,
    address: str,
) -> None:
    views[who].open(address.format(**numbers, **citizens_numbers, components=components), NARROWEST)

    assert not views[who].overflow()


def test_the_home_page_is_not_long_on_a_phone(elsewhere: Browser, portal: Portal) -> None:
    context = without_our_font(new_browser(elsewhere, portal))  # somebody who has begun nothing
    view = Watched(context.new_page())
    view.open("/", PHONE)

    # letters that are a tenth wider take a few lines more than the six screens of our own
    assert view.page.evaluate("document.documentElement.scrollHeight") < 6.5 * SCREEN
    context.close()


def test_a_page_has_the_same_measures_whatever_fonts_the_machine_has(
    elsewhere: Browser, portal: Portal, page: Page
) -> None:
    context = new_browser(elsewhere, portal)
    there = context.new_page()

    here, other = (height_of_the_words(one) for one in (page, there))

    assert here == other
    context.close()


def height_of_the_words(page: Page) -> float:
    """Of a long page without anything that the hour changes; header and footer say whether the town hall is open."""
    page.set_viewport_size({"width": PHONE, "height": SCREEN})
    page.goto("/accessibilite")
    page.evaluate("document.fonts.ready")
    return page.evaluate("document.querySelector('main').scrollHeight")


@pytest.mark.parametrize("weight", [400, 600])
def test_the_fallback_of_the_typeface_is_as_wide(page: Page, weight: int) -> None:
    page.goto("/")
    own, stand_in = (page.evaluate(WIDTH, f"{weight} 200px '{family}'") for family in (OWN, "Until it has come"))

    assert stand_in == pytest.approx(own, rel=0.02)
