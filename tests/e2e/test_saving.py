"""What is typed is never lost, even by who leaves and comes back in the same instant."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import log_in
from tests.e2e.people import photograph
from tests.filled import ADDRESS
from tests.portal import Portal

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"


def test_what_was_typed_the_instant_before_a_return_is_on_the_page(page: Page) -> None:
    filing = Filing(page, SLUG)
    filing.begin()
    filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": new_address()})
    page.wait_for_url("**/etape/demande")  # and its script: a page left before that came has only its buttons

    for turn in range(8):
        words = f"Un pavé manque devant le numéro {turn}."
        page.locator("main [name=description]").fill(words)
        page.goto(f"/demarches/{SLUG}/etape/demande")
        expect(page.locator("main [name=description]")).to_have_value(words)


def test_for_whom_a_request_is_made_can_be_changed_when_it_is_taken_up_again(page: Page, portal: Portal) -> None:
    log_in(page, portal, "camille.exemple")
    Filing(page, "inscription-scolaire").begin(member=0)

    page.goto("/demarches/inscription-scolaire")
    choices = page.locator("main [name=member]")
    expect(choices.first).to_be_checked()
    if choices.count() > 1:
        choices.nth(1).check(force=True)
    page.get_by_role("button", name="Reprendre votre saisie").click()
    page.goto("/demarches/inscription-scolaire")

    expect(page.locator("main [name=member]").nth(min(1, choices.count() - 1))).to_be_checked()


def test_what_was_begun_before_logging_in_goes_on_in_the_account(page: Page, portal: Portal) -> None:
    words = "Un pavé manque devant la boulangerie."
    filing = Filing(page, SLUG)
    filing.begin()
    filing.introduce({"given_names": "Camille", "usage_name": "Exemple", "email": new_address()})
    filing.answer({"type_probleme": "chaussee", "lieu": ADDRESS, "description": words})
    filing.attach("photo", "pave.jpg", photograph())

    log_in(page, portal, "camille.exemple")
    page.goto(f"/demarches/{SLUG}")
    page.get_by_role("button", name="Reprendre votre saisie").click()
    page.goto(f"/demarches/{SLUG}/etape/demande")

    expect(page.locator("main [name=description]")).to_have_value(words)
    expect(page.locator("#piece-photo [data-file]")).to_contain_text("pave.jpg")
    filing.onward()
    number = filing.validate()
    page.goto("/mes-demandes")
    expect(page.locator("main")).to_contain_text(number)
