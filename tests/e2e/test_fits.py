"""What is shown fills its place, and no more than that."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.people import sit_down
from tests.servers.portal import Portal
from tests.support.people import Person

pytestmark = pytest.mark.e2e


def right(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["x"] + box["width"]


@pytest.mark.parametrize("width", [700, 1280])
def test_the_areas_leave_no_empty_cell(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/", "/demarches"):
        page.goto(address)
        for tiles in page.locator(".tiles").all():
            assert right(tiles.locator(".tile").last) == pytest.approx(right(tiles), abs=2)


def test_a_week_of_few_days_takes_the_room_of_a_whole_one(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    Filing(page, "rdv-cni-passeport").begin()

    assert right(page.locator(".strip li").last) == pytest.approx(right(page.locator(".strip ul")), abs=2)


def test_the_home_page_is_not_long_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")

    # Whether the town hall is open takes a line more or less with the hour, above and in the footer.
    assert page.evaluate("document.documentElement.scrollHeight") < 6 * 844


def test_the_agents_list_is_no_wider_than_the_page(context: BrowserContext, portal: Portal, agent: Person) -> None:
    page = sit_down(context, portal, agent)
    page.goto("/agent/demandes")
    wide = {}
    for width in (390, 640, 700, 768, 870, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        wide[width] = page.evaluate("document.documentElement.scrollWidth")

    assert wide == {width: width for width in wide}


def test_another_week_opens_with_the_focus_on_its_heading(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    Filing(page, "rdv-cni-passeport").begin()
    heading = page.locator("#semaine")
    first = heading.inner_text()

    page.get_by_role("link", name="Semaine suivante", exact=True).click()

    expect(heading).not_to_have_text(first)
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


def test_on_a_phone_each_of_ones_requests_is_a_card_named_by_its_procedure(
    context: BrowserContext, portal: Portal, camille: Person
) -> None:
    page = sit_down(context, portal, camille)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/mes-demandes")
    card = page.locator(".table--own tbody tr").first

    title, whole = card.locator("th").bounding_box(), card.bounding_box()
    assert title is not None
    assert whole is not None
    assert title["width"] > 0.8 * whole["width"]
