"""Somebody files and saves the receipt; somebody else checks it without an account, and reads no name."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import OpenBrowser

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"


def verify(page: Page, *, file: Path | None = None, code: str = "") -> None:
    page.goto("/verifier")
    if file:
        page.get_by_label("Le fichier du récépissé").set_input_files(file)
    page.get_by_label("Ou le code imprimé").fill(code)
    page.get_by_role("button", name="Vérifier", exact=True).click()


def test_a_receipt_that_was_saved_is_checked_by_somebody_else(
    page: Page, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    # Given a request, whose confirmation leads to its receipt
    number = Filing(page, SLUG).file(new_address())
    page.get_by_role("link", name="Mon récépissé").click()
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Ariel")
    code = page.locator(".receipt__code").inner_text()

    # When it is saved
    with page.expect_download() as saving:
        page.get_by_role("link", name="Enregistrer ce récépissé").click()
    assert saving.value.suggested_filename == f"recepisse-{number}.html"
    kept = tmp_path / "recepisse.html"
    saving.value.save_as(kept)

    # Then another person learns from the file that nothing was changed, and from the code what the signature says
    other = open_browser(scripts=False).new_page()
    verify(other, file=kept)
    result = other.locator("#resultat")
    expect(result).to_contain_text("Ce récépissé est signé par la mairie")
    expect(result).to_contain_text("rien n’y a été changé")
    expect(result).to_contain_text(number)
    expect(result).not_to_contain_text("Ariel")
    verify(other, code=code.lower())
    expect(result).to_contain_text("Le code ne dit rien du texte imprimé")
    assert other.url.endswith("/verifier"), "what was typed and what was found stay out of the address"

    # When somebody changes one word of the file, or one character of the code, then that is said
    forged = tmp_path / "faux.html"
    forged.write_text(kept.read_text("utf-8").replace("Ariel", "Alix"), encoding="utf-8")
    verify(other, file=forged)
    expect(result).to_contain_text("Le texte de ce fichier a été changé")
    last = "2" if code[-1] != "2" else "3"
    verify(other, code=code[:-1] + last)
    expect(other.get_by_role("alert")).to_contain_text("mal recopié")
    expect(other.get_by_label("Ou le code imprimé")).to_have_value(code[:-1] + last)
