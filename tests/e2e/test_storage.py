"""« Mes pièces » in a browser without scripts; scenario S07 plays it with scripts, and how its pieces are used."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.e2e.journeys.storage import keep, kept
from tests.servers.portal import Portal
from tests.support.people import Person, one_page, photograph

pytestmark = pytest.mark.e2e

LABEL = "Attestation de l’employeur"
FILES = [
    FilePayload(name="recto.jpg", mimeType="image/jpeg", buffer=photograph("recto")),
    FilePayload(name="verso.jpg", mimeType="image/jpeg", buffer=photograph("verso")),
]
PDF = FilePayload(name="attestation.pdf", mimeType="application/pdf", buffer=one_page())


def test_a_piece_is_kept_changed_opened_and_deleted(open_browser: OpenBrowser, portal: Portal, camille: Person) -> None:
    page = sit_down(open_browser(scripts=False), portal, camille)
    before = kept(page)

    keep(page, LABEL, FILES)
    row = page.locator("main tbody tr", has_text=LABEL)
    expect(row.get_by_role("link", name=re.compile("recto|verso"))).to_have_count(2)
    address = row.get_by_role("link", name="recto.jpg").get_attribute("href")
    assert page.request.get(f"{portal.url}{address}").headers["content-security-policy"].endswith("sandbox")

    row.get_by_role("link", name="Modifier").click()
    page.get_by_role("button", name="Retirer recto.jpg").click()
    page.get_by_role("button", name="Retirer ce fichier").click()
    expect(page.get_by_role("heading", name="Le fichier est retiré")).to_be_visible()
    page.get_by_label("Nom de la pièce").fill(f"{LABEL} de mai")
    page.locator("#fichier").set_input_files([PDF])
    page.get_by_role("button", name="Valider").click()
    row = page.locator("main tbody tr", has_text=f"{LABEL} de mai")
    expect(row.get_by_role("link", name=re.compile(r"verso|attestation\.pdf"))).to_have_count(2)

    row.get_by_role("link", name="Supprimer").click()
    expect(page.get_by_text("Les copies déjà jointes à vos demandes ne changent pas.")).to_be_visible()
    page.get_by_role("button", name="Supprimer cette pièce").click()
    expect(page.get_by_role("heading", name="La pièce et ses fichiers sont supprimés")).to_be_visible()
    expect(page.locator("main tbody tr")).to_have_count(before)
