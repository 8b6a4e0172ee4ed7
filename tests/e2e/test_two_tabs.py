"""One draft in two tabs of a browser: no tab overwrites the other without a word, and one tab alone sees no warning."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import go_to_step
from tests.servers.portal import Portal

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"
STEP = f"/demarches/{SLUG}/etape/demande"
NOT_KEPT = "Ce que vous saisissez n’est plus enregistré"
SAID = "Cette démarche a été modifiée dans un autre onglet"


def words(page: Page) -> str:
    return page.locator("main [name=description]").input_value()


def type_in(page: Page, text: str) -> None:
    page.locator("main [name=description]").fill(text)


def saved_by_itself(page: Page, text: str) -> None:
    """Typed, and kept a moment later without a button."""
    with page.expect_response(lambda answer: answer.url.endswith(STEP) and answer.request.method == "POST"):
        type_in(page, text)


def begin(page: Page, portal: Portal) -> None:
    go_to_step(page, portal, SLUG, "demande", {"given_names": "Ariel", "usage_name": "Nouveau", "email": new_address()})


def test_a_tab_barred_from_saving_says_so_and_lets_one_choose(context: BrowserContext, portal: Portal) -> None:
    first, second = context.new_page(), context.new_page()
    begin(first, portal)
    second.goto(STEP)
    saved_by_itself(second, "Un lampadaire est éteint.")

    saved_by_itself(first, "Un trou dans la chaussée.")

    expect(first.get_by_role("alert")).to_contain_text(NOT_KEPT)
    first.get_by_role("button", name="Continuer vers le récapitulatif").click()
    expect(first.locator(".notice--warning")).to_contain_text("Un lampadaire est éteint.")
    assert words(first) == "Un trou dans la chaussée."
    first.get_by_role("link", name="Prendre celles de l’autre onglet").click()
    expect(first.locator("main [name=description]")).to_have_value("Un lampadaire est éteint.")


def test_one_tab_that_autosaves_and_goes_back_and_forward_has_no_warning(page: Page, portal: Portal) -> None:
    begin(page, portal)
    saved_by_itself(page, "Un trou.")
    saved_by_itself(page, "Un trou profond.")
    page.get_by_role("link", name="Étape précédente").click()
    page.locator("main [name=given_names]").fill("Camille")
    page.get_by_role("button", name=re.compile("^Continuer vers")).click()
    expect(page.locator("main [name=description]")).to_have_value("Un trou profond.")

    for text in ("Un trou très profond.", "Un trou sans fond."):
        page.go_back()
        page.go_back()
        page.go_forward()
        page.go_forward()
        expect(page.get_by_role("heading", level=2, name="Ma demande")).to_be_visible()
        saved_by_itself(page, text)
        page.get_by_role("button", name="Continuer vers le récapitulatif").click()
        expect(page.get_by_text(re.compile(f"{NOT_KEPT}|{SAID}"))).to_have_count(0)
        page.go_back()
        expect(page.locator("main [name=description]")).to_have_value(text)
