"""« Autres espaces » in a browser, with the demonstration's own partner sites: the click that connects, the refusal that is told."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.journeys.people import new_browser, sit_down
from tests.e2e.people import Person, log_in
from tests.portal import Portal

pytestmark = pytest.mark.e2e

OWN = "/mon-espace/autres-espaces"


def tile(title: str) -> str:
    return f"#autres-espaces .tile:has-text({json.dumps(title, ensure_ascii=False)})"


def secret_of(portal: Portal, slug: str, identifier: str) -> str:
    return json.loads((portal.home / "partner-logins.json").read_text("utf-8"))[slug][identifier]


def test_a_click_connects_in_another_tab_and_its_page_opens_once(
    browser: Browser, portal: Portal, camille: Person
) -> None:
    page = sit_down(new_browser(browser, portal), portal, camille)
    page.goto("/mon-accueil")
    family = page.locator(tile("Portail famille"))
    expect(family).to_contain_text("autre site, nouvel onglet")

    seen: list[str] = []
    page.context.on("request", lambda request: seen.append(request.url))
    with page.context.expect_page() as opened:
        family.get_by_role("button").click()
    tab = opened.value
    expect(tab.get_by_text("Bienvenue dans votre Portail famille")).to_be_visible()
    assert tab.evaluate("window.opener") is None
    [connection] = [url for url in seen if "/autres-espaces/connexion/" in url]

    tab.goto(connection)
    expect(tab.get_by_role("main")).to_contain_text("a déjà servi")
    page.context.close()


def test_without_scripts_its_button_connects(browser: Browser, portal: Portal, camille: Person) -> None:
    page = sit_down(new_browser(browser, portal, scripts=False, width=390), portal, camille)
    page.goto("/mon-accueil")
    with page.context.expect_page() as opened:
        page.locator(tile("Portail famille")).get_by_role("button").click()
    tab = opened.value
    tab.get_by_role("button", name="Continuer vers Portail famille").click()
    expect(tab.get_by_text("Bienvenue dans votre Portail famille")).to_be_visible()
    page.context.close()


def test_a_wrong_password_is_told_the_right_one_saved_and_what_is_removed_connects_no_more(
    browser: Browser, portal: Portal
) -> None:
    alix = log_in(portal, "citizen", "alix.fictif")
    page = sit_down(new_browser(browser, portal), portal, alix)
    page.goto("/mon-accueil")
    page.locator(tile("Portail famille")).get_by_role("link").click()
    expect(page).to_have_url(f"{portal.url}{OWN}#portail-famille")

    section = page.locator("#portail-famille")
    section.get_by_label("Code famille").fill("100001")
    section.get_by_label("Mot de passe").fill("pas le bon")
    section.get_by_role("button", name="Vérifier et enregistrer").click()
    expect(page.locator(".error-summary")).to_contain_text("n’a pas reconnu")
    expect(section.get_by_label("Mot de passe")).to_have_value("")
    expect(section.get_by_label("Code famille")).to_have_value("100001")

    section.get_by_label("Mot de passe").fill(secret_of(portal, "portail-famille", "100001"))
    section.get_by_role("button", name="Vérifier et enregistrer").click()
    expect(page.locator(".notice").first).to_contain_text("enregistrés")
    expect(section.get_by_role("button", name="Me connecter")).to_be_visible()

    section.get_by_role("button", name="Retirer mes identifiants").click()
    expect(page.locator(".notice").first).to_contain_text("retirés")
    page.goto("/mon-accueil")
    expect(page.locator(tile("Portail famille")).get_by_role("button")).to_have_count(0)
    expect(page.locator(tile("Médiathèque")).get_by_role("button")).to_have_count(1)
    page.context.close()


def test_the_water_board_s_own_page_opens_in_another_tab_with_nothing_sent(
    browser: Browser, portal: Portal, camille: Person
) -> None:
    page = sit_down(new_browser(browser, portal), portal, camille)
    page.goto("/mon-accueil")
    with page.context.expect_page() as opened:
        page.locator(tile("Régie de l’eau")).get_by_role("link").click()
    tab = opened.value
    expect(tab.get_by_role("heading", level=1)).to_have_text("Régie de l’eau")
    expect(tab.get_by_label("Référence d’abonné")).to_have_value("")
    assert tab.evaluate("document.referrer") == ""
    page.context.close()
