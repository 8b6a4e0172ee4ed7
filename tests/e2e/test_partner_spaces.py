"""« Autres espaces » in a browser without scripts; with them, scenario S12 plays it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.servers.portal import Portal
from tests.support.people import Person

pytestmark = pytest.mark.e2e


def test_without_scripts_a_partner_space_opens(open_browser: OpenBrowser, portal: Portal, camille: Person) -> None:
    page = sit_down(open_browser(scripts=False, width=390), portal, camille)
    page.goto("/mon-accueil")
    with page.context.expect_page() as opened:
        page.locator("#autres-espaces .tile", has_text="Portail famille").get_by_role("button").click()
    tab = opened.value
    tab.get_by_role("button", name="Continuer vers Portail famille").click()
    expect(tab.get_by_text("Bienvenue dans votre Portail famille")).to_be_visible()
