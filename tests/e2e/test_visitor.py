"""A visitor without an account reports a problem in the street with a photograph, and follows it by the link."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.journeys.filing import NUMBER, Filing
from tests.e2e.journeys.mails import new_address
from tests.support.people import phones_photograph, photograph

pytestmark = pytest.mark.e2e

TOWNS_LIMIT = 5_000_000
REPORT = {
    "type_probleme": "eclairage",
    "lieu": {"line1": "7 rue du Pont-Neuf", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"},
    "description": "Le lampadaire devant l’école ne s’allume plus depuis lundi.",
}


def upright_and_light(photo: bytes) -> bool:
    """Whether it is the telephone's, drawn smaller and the right way up."""
    return Image.open(io.BytesIO(photo)).size == (1920, 2560) and len(photo) < TOWNS_LIMIT


def test_a_visitor_reports_with_a_phones_photograph_corrects_and_validates(page: Page, tmp_path: Path) -> None:
    heavy = phones_photograph(tmp_path)
    assert heavy.stat().st_size > TOWNS_LIMIT
    filing, address = Filing(page, "signalement-voirie"), new_address()
    filing.begin()

    # When something is missing, then it is said on top and beside the field, and what was typed stays
    page.get_by_label("Prénoms").fill("Ariel")
    filing.onward()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Prénoms")).to_have_value("Ariel")
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("#z-usage-name")).to_be_focused()
    filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": address})

    # When an answer calls for another question, then that one appears, and goes with the answer
    lamp = page.get_by_label("Numéro inscrit sur le lampadaire")
    expect(lamp).to_be_hidden()
    filing.answer(REPORT)
    expect(lamp).to_be_visible()
    lamp.fill("PN-42")
    page.locator("#z-piece-photo").set_input_files(heavy)
    expect(page.locator("#piece-photo [data-file]")).to_contain_text(heavy.name)
    filing.onward()

    # Then the summary has all of it
    summary = page.locator("main")
    for text in ("Ariel", address, "Éclairage public", "PN-42", "ne s’allume plus", heavy.name):
        expect(summary).to_contain_text(text)

    # When the visitor goes back and corrects, then the rest is kept and the summary shows the new answer
    page.get_by_role("link", name=re.compile("Modifier.*Ma demande")).click()
    expect(page.locator("[data-file]")).to_contain_text(heavy.name)
    filing.answer({"position.words": "Face à l’abribus"})
    filing.back_to_summary()
    expect(summary).to_contain_text("Face à l’abribus")
    expect(summary).to_contain_text("ne s’allume plus")

    # When it is validated, then number, next steps and dates are shown, and the tracking page opens
    number = filing.validate()
    assert NUMBER.fullmatch(number)
    expect(summary).to_contain_text("un accusé de réception part à votre adresse")
    expect(summary).to_contain_text("Réponse prévue le")
    page.get_by_role("link", name="Suivre ma demande").click()
    expect(page.get_by_role("heading", level=2, name="Historique")).to_be_visible()
    expect(summary).to_contain_text(number)
    page.get_by_role("link", name="Pièces jointes").click()
    photo = page.get_by_role("link", name=heavy.name).get_attribute("href")
    assert photo is not None
    answer = page.request.get(photo)
    assert answer.headers["content-type"] == "image/jpeg"
    assert upright_and_light(answer.body())

    # And another photograph, added later and sent at once, is made as light
    later = tmp_path / "IMG_0043.jpg"
    later.write_bytes(photograph() + bytes(TOWNS_LIMIT))  # as heavy, and soon drawn
    page.get_by_label("Ajouter un fichier").set_input_files(later)
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("link", name=later.name)).to_be_visible()


def test_a_tab_closed_the_instant_after_the_last_key_loses_nothing_that_was_typed(page: Page) -> None:
    # Given a form half filled in, and no button pressed
    filing, address = Filing(page, "signalement-voirie"), new_address()
    filing.begin()
    filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": address})
    page.wait_for_url("**/etape/demande")  # and its script: a page left before that came has only its buttons
    filing.answer(REPORT)
    with page.expect_event("close"):
        page.close(run_before_unload=True)  # as a hand closes it

    # When the visitor comes back in the same browser
    back = page.context.new_page()
    back.goto("/demarches/signalement-voirie")
    expect(back.get_by_role("heading", name="Vous avez une saisie en cours")).to_be_visible()
    back.get_by_role("button", name="Reprendre votre saisie").click()

    # Then everything is there
    back.goto("/demarches/signalement-voirie/etape/demande")
    expect(back.get_by_label("Décrivez le problème")).to_have_value(REPORT["description"])
    back.goto("/demarches/signalement-voirie/etape/informations")
    expect(back.get_by_label("Courriel")).to_have_value(address)


def test_the_tracking_link_is_copied_by_its_button(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    Filing(page, "signalement-voirie").file(new_address(), **REPORT)

    page.get_by_role("button", name="Copier le lien").click()

    expect(page.get_by_role("button", name="Lien copié")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    page.context.clear_cookies()
    page.goto(copied)
    expect(page.get_by_text("Suivi de la demande").first).to_be_visible()
