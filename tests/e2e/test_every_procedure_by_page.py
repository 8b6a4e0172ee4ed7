"""Each of the town's 24 procedures is filed through its pages, by the shortest way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journeys import procedures
from tests.e2e.journeys.filing import NUMBER, Filing
from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import new_browser, sit_down
from tests.e2e.people import Person
from tests.portal import Portal

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def a_visitors_page(browser: Browser, portal: Portal) -> Iterator[Page]:
    context = new_browser(browser, portal)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def camilles_page(browser: Browser, portal: Portal, camille: Person) -> Iterator[Page]:
    context = new_browser(browser, portal)
    yield sit_down(context, portal, camille)
    context.close()


def test_there_are_twenty_four_of_them() -> None:
    assert len(procedures.every()) == 24


@pytest.mark.parametrize("slug", list(procedures.every()))
def test_a_procedure_is_filed_by_its_pages(a_visitors_page: Page, camilles_page: Page, slug: str) -> None:
    definition = procedures.called(slug)
    page = a_visitors_page if definition["access"] == "public" else camilles_page

    number = Filing(page, slug).file(new_address())

    assert NUMBER.fullmatch(number)
    page.get_by_role("link", name="Suivre ma demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(definition["title"])
    expect(page.get_by_role("heading", level=2, name="Historique")).to_be_visible()
