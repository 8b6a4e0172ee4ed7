"""What filing costs a signed-in person on a phone, start and confirmation included, and what an answer costs an agent.

Pages may be no more than the bar; all figures are printed at the end of the run, so that two releases can be compared.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import FIGURES
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.e2e.journeys.tally import settled, tally_of
from tests.e2e.scenarios.case import open_reply, shown
from tests.servers.portal import Portal
from tests.support.people import Person

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
BEFORE = {
    "acte-naissance": "5 pages, 29 answers, 8 clicks, 22.3 screens",
    "rdv-cni-passeport": "6 pages, 24 answers, 9 clicks, 28.0 screens",
    "signalement-voirie": "5 pages, 13 answers, 4 clicks, 17.3 screens",
}
"""Of the same test on the release before the forms became short."""
MOST_PAGES = {"acte-naissance": 4, "rdv-cni-passeport": 5, "signalement-voirie": 4}
MOST_PAGES_OF_AN_AGENT = 3
REPLIES = {"acte-naissance": "Acte expédié", "signalement-voirie": "Intervention réalisée"}


def nothing_begun(person: Person, slug: str) -> None:
    """Another test may have left a draft, which would be asked about first."""
    for draft in person.get("/drafts")["items"]:
        if draft["procedure"] == slug:
            person.do("DELETE", f"/drafts/{draft['id']}")


def file_with_what_is_known(page: Page, slug: str) -> None:
    """As its holder files it: what the space knows is left as it stands, the first slot is taken."""
    filing = Filing(page, slug)
    filing.begin()
    if filing.definition["appointment"]["mode"] == "required":
        filing.tick(page.locator('[name="creneau"]').first)
        page.get_by_role("button", name="Valider").click()
    filing.confirm()
    filing.complete()
    filing.validate()


@pytest.mark.parametrize("slug", MOST_PAGES)
def test_filing_on_a_phone_takes_no_more_pages_than_its_bar(
    open_browser: OpenBrowser,
    portal: Portal,
    camille: Person,
    slug: str,
    record_property: Callable[[str, Any], None],
) -> None:
    nothing_begun(camille, slug)
    context = open_browser()
    page = sit_down(context, portal, camille)
    page.set_viewport_size(PHONE)
    tally = tally_of(context)

    file_with_what_is_known(page, slug)
    settled(page)

    record_property(FIGURES, f"{tally}; before: {BEFORE[slug]}")
    assert tally.pages <= MOST_PAGES[slug]


@pytest.mark.parametrize("slug", REPLIES)
def test_an_answer_of_an_agent_is_counted_from_the_list_to_the_decision(
    open_browser: OpenBrowser,
    portal: Portal,
    a_visitor: Person,
    agent: Person,
    slug: str,
    record_property: Callable[[str, Any], None],
) -> None:
    numbers = [a_visitor.file(slug)["number"] for _ in range(2)]
    context = open_browser()
    page = sit_down(context, portal, agent)
    for number in numbers:
        shown(page, f"/agent/demandes/{number}", number)
    tally = tally_of(context)

    for wanted in ("the next", "a chosen one"):
        before = tally.pages
        page.goto(f"/agent/demandes?vue=a-affecter&demarche={slug}")
        if wanted == "the next":
            page.get_by_role("button", name="Me donner la prochaine").click()
            expect(page.locator("main")).to_contain_text("elle est à vous")
        else:
            page.locator("a[data-row]").first.click()
        open_reply(page, REPLIES[slug])
        page.get_by_role("button", name="Envoyer et valider").click()
        expect(page.locator("main")).to_contain_text("La demande est maintenant")
        settled(page)
        assert tally.pages - before <= MOST_PAGES_OF_AN_AGENT, wanted

    record_property(FIGURES, f"two answers: {tally}")
