"""« Autres espaces » in a browser without scripts; with them, scenario S12 plays it."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.journeys.people import new_browser, sit_down
from tests.servers.portal import Portal
from tests.support.people import Person

pytestmark = pytest.mark.e2e


def tile(title: str) -> str:
    return f"#autres-espaces .tile:has-text({json.dumps(title, ensure_ascii=False)})"


def test_without_scripts_its_button_connects(browser: Browser, portal: Portal, camille: Person) -> None:
    page = sit_down(new_browser(browser, portal, scripts=False, width=390), portal, camille)
    page.goto("/mon-accueil")
    with page.context.expect_page() as opened:
        page.locator(tile("Portail famille")).get_by_role("button").click()
    tab = opened.value
    tab.get_by_role("button", name="Continuer vers Portail famille").click()
    expect(tab.get_by_text("Bienvenue dans votre Portail famille")).to_be_visible()
    page.context.close()
