"""A file whose name would break a line: shown and downloaded under a clean one."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import new_address
from tests.support.people import eventually, photograph

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"


def test_a_file_chosen_on_the_page_is_shown_and_downloaded_under_a_clean_name(page: Page) -> None:
    filing = Filing(page, SLUG)
    filing.begin()
    filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": new_address()})
    page.locator("#piece-photo input[type=file]").set_input_files(
        {"name": "pav\u202e\u0007é.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    expect(page.locator("#piece-photo [data-file] .file__name")).to_contain_text("pavé.jpg")
    filing.answer({"type_probleme": "chaussee", "lieu": {"line1": "7 rue du Pont-Neuf", "postcode": "61990",
                   "city": "Saint-Aubin-sur-Orne"}, "description": "Un pavé manque."})  # fmt: skip
    filing.onward()
    number = filing.validate()

    def listed() -> str | None:
        page.goto(f"/demande/{number}?onglet=pieces")
        links = page.locator("a[href*='/pieces/']")
        return links.first.get_attribute("href") if links.count() else None

    told = page.request.get(eventually(listed, "the piece on the tracking page"))
    assert told.status == 200
    assert told.headers["content-disposition"].endswith("filename*=UTF-8''pav%C3%A9.jpg")
