"""« Mes pièces » in a browser: kept once, used in a procedure, kept again from a request (S07)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.people import log_in, new_browser, sit_down
from tests.e2e.people import Person, one_page, photograph
from tests.portal import Portal

pytestmark = pytest.mark.e2e

FROM = "Ajouter depuis mon espace de stockage"
LABEL = "Attestation de l’employeur"
FILES = [
    FilePayload(name="recto.jpg", mimeType="image/jpeg", buffer=photograph("recto")),
    FilePayload(name="verso.jpg", mimeType="image/jpeg", buffer=photograph("verso")),
]
PDF = FilePayload(name="attestation.pdf", mimeType="application/pdf", buffer=one_page())


def add(page: Page, label: str, files: list[FilePayload]) -> None:
    page.goto("/mes-pieces/ajouter")
    page.get_by_label("Nom de la pièce").fill(label)
    page.locator("#fichier").set_input_files(files)
    page.get_by_role("button", name="Valider").click()


def pieces(page: Page) -> int:
    """How many « Mes pièces » shows."""
    page.goto("/mes-pieces")
    return page.locator("main tbody tr").count()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_piece_is_kept_changed_opened_and_deleted(
    browser: Browser, portal: Portal, camille: Person, scripts: bool
) -> None:
    context = new_browser(browser, portal, scripts=scripts)
    page = sit_down(context, portal, camille)
    before = pieces(page)

    add(page, LABEL, FILES)
    expect(page.get_by_role("heading", name="La pièce est ajoutée à votre espace de stockage")).to_be_visible()
    row = page.locator("main tbody tr", has_text=LABEL)
    expect(row.get_by_role("link", name=re.compile("recto|verso"))).to_have_count(2)
    address = row.get_by_role("link", name="recto.jpg").get_attribute("href")
    assert page.request.get(f"{portal.url}{address}").headers["content-security-policy"].endswith("sandbox")

    row.get_by_role("link", name="Modifier").click()
    page.get_by_role("button", name="Retirer recto.jpg").click()
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
    assert page.locator("main tbody tr").count() == before
    context.close()


def test_a_stored_piece_is_used_at_a_step_and_a_piece_of_the_step_is_kept(
    browser: Browser, portal: Portal, camille: Person
) -> None:
    context = new_browser(browser, portal)
    page = sit_down(context, portal, camille)
    before = pieces(page)
    filing = Filing(page, "inscription-scolaire")
    filing.begin(member=0)
    page.goto("/demarches/inscription-scolaire/etape/demande")

    page.get_by_role("button", name=FROM).click()
    targets = page.locator("#pour-1 option")
    expect(targets.first).to_be_attached()
    page.locator("[name=stored]").nth(0).check()
    page.locator("[name=stored]").nth(2).check()
    page.locator("#pour-3").select_option(index=2)
    page.get_by_role("button", name="Valider").click()
    expect(page.locator("#pieces [data-file]", has_text="cni-recto.jpg")).to_be_visible()
    expect(page.locator("#pieces [data-file]", has_text="facture-eau.pdf")).to_be_visible()

    filing.attach("identite-responsable", "passeport.pdf", one_page())
    page.locator("#dupliquer-identite-responsable").check()
    filing.onward()
    assert pieces(page) == before + 1

    row = page.locator("main tbody tr", has_text="Identité du responsable")
    row.get_by_role("link", name="Supprimer").click()
    page.get_by_role("button", name="Supprimer cette pièce").click()
    page.goto("/demarches/inscription-scolaire/etape/demande")
    expect(page.locator("#pieces [data-file]", has_text="passeport.pdf")).to_be_visible()
    context.close()


def test_a_full_space_says_so_where_one_would_add_and_the_piece_is_joined_all_the_same(
    browser: Browser, portal: Portal
) -> None:
    context = new_browser(browser, portal)
    page = context.new_page()
    log_in(page, portal, "alix.fictif")
    page.goto("/mes-pieces")
    expect(page.get_by_role("heading", name="10 pièces sur 10")).to_be_visible()
    expect(page.get_by_text("Votre espace de stockage est plein")).to_be_visible()
    expect(page.get_by_role("link", name="Ajouter", exact=True)).to_have_count(0)

    filing = Filing(page, "inscription-listes-electorales")
    filing.begin()
    page.goto("/demarches/inscription-listes-electorales/etape/demande")
    box = page.locator("[name=dupliquer]").first
    expect(box).to_be_disabled()
    expect(page.get_by_text("La pièce sera jointe à la demande sans y être copiée.").first).to_be_visible()
    context.close()
