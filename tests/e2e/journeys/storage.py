"""« Mes pièces », as its holder fills it."""

from collections.abc import Sequence

from playwright.sync_api import FilePayload, Page, expect


def keep(page: Page, label: str, files: Sequence[FilePayload]) -> None:
    page.goto("/mes-pieces/ajouter")
    page.get_by_label("Nom de la pièce").fill(label)
    page.locator("#fichier").set_input_files(files)
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("heading", name="La pièce est ajoutée à votre espace de stockage")).to_be_visible()


def kept(page: Page) -> int:
    """How many pieces « Mes pièces » shows."""
    page.goto("/mes-pieces")
    return page.locator("main tbody tr").count()
