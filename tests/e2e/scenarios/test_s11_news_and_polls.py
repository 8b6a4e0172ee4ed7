"""S11: news, activities, practical information and polls, as visitors and holders of a space read them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.people import OpenBrowser
from tests.e2e.journeys.spaces import new_space
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support import published

pytestmark = pytest.mark.e2e

PRIVATE, TITLE = "/actualites/coupure-eau-lavandieres", "Coupure d’eau rue des Lavandières"
SCHOOL = "Rentrée 2027 : les inscriptions à l’école se font dans votre espace"
BRIDGE, LIBRARY, SQUARE = (
    "/votre-avis/" + slug for slug in ("passerelle-nom", "horaires-mediatheque", "place-du-marche")
)


def for_holders_alone() -> Iterator[tuple[str, str]]:
    """All that the town publishes for holders of a space alone: slug and title."""
    for name in ("news", "activities", "practical_info", "polls"):
        entries = published.files()[name][name]
        yield from ((one["slug"], one["title"]) for one in entries if one["audience"] == "account")


def entries(page: Page, address: str) -> int:
    """How many entries the list at this address has, on all its pages."""
    page.goto(address)
    found = page.locator("main").get_by_role("heading", level=2).count()
    following = page.get_by_role("navigation", name="Pages").get_by_role("link", name="Suivante")
    return found + (entries(page, following.get_attribute("href") or "") if following.count() else 0)


def answer(page: Page, address: str, choices: dict[str, str]) -> None:
    page.goto(address)
    for name, value in choices.items():
        page.locator(f'main [name="{name}"][value="{value}"]').check()
    page.get_by_role("button", name="Valider ma réponse").click()
    expect(page.get_by_role("status").first).to_contain_text("Merci, votre réponse est enregistrée")


def test_s11_news_and_polls(open_browser: OpenBrowser, portal: Portal) -> None:
    outside, inside = (open_browser() for _ in range(2))
    page = outside.new_page()
    main = page.locator("main")

    with step("S11", 1, sees="3190a95f6da0"):
        page.goto("/")
        page.get_by_role("banner").get_by_role("link", name="Actualités").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Actualités")
        expect(articles := main.get_by_role("article")).to_have_count(4)
        main.get_by_role("link", name="Travaux et circulation").first.click()
        expect(articles).to_have_count(1)

    with step("S11", 2, sees="135eb579e793"):
        page.goto(PRIVATE)
        expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter à mon espace")
        assert TITLE not in page.content()
        assert "quatre heures" not in page.content()
        page.goto("/recherche?q=lavandières")
        expect(page.locator("body")).not_to_contain_text(TITLE)
        assert PRIVATE not in page.request.get(f"{portal.url}/sitemap.xml").text()

    with step("S11", 3, sees="732ef3257fd8"):
        assert (entries(page, "/activites"), entries(page, "/infos-pratiques")) == (5, 9)
        for reserved in ("Sortie au bord de la mer", "Menus", "Ateliers numériques"):
            expect(main).not_to_contain_text(reserved)

    with step("S11", 4, sees="ba99106bdd64"):
        page.goto("/votre-avis")
        expect(main.get_by_role("link", name="Quel nom pour la nouvelle passerelle ?")).to_be_visible()
        expect(main).not_to_contain_text("médiathèque")
        answer(page, BRIDGE, {"nom": "lavandieres"})
        page.goto(BRIDGE)
        expect(main).to_contain_text("Une seule réponse par personne est possible")
        expect(page.get_by_role("button", name="Valider ma réponse")).to_have_count(0)
        page.goto(SQUARE)
        expect(main.get_by_role("table")).to_contain_text("47,8 %")
        expect(main.locator("meter")).to_have_count(4)

    with step("S11", "outcome 1", sees="2b21da8a0f70"):
        addresses = ["/", "/actualites", "/activites", "/infos-pratiques", "/votre-avis", "/sitemap.xml"]
        titles = dict(for_holders_alone())
        found = [page.request.get(address).text() for address in addresses]
        found += [page.request.get("/recherche", params={"q": title}).text() for title in titles.values()]
        assert [slug for slug in titles for text in found if f"/{slug}" in text] == []
        assert "application/rss" not in found[0] + found[1], "there is no feed"

    space = new_space(portal)
    page = inside.new_page()
    main = page.locator("main")
    with step("S11", 5, sees="4c46785b1be5"):
        space.log_in(page)
        expect(page.get_by_role("region", name=SCHOOL)).to_contain_text("À la une")
        badge = page.locator(".tile", has_text="Mes actualités").get_by_role("link")
        expect(badge).to_have_accessible_name("Mes actualités 4 actualités privées")

    with step("S11", 6, sees="b5b9dc6f721c"):
        badge.click()
        main.get_by_role("link", name="Enfance et jeunesse").first.click()
        expect(main.get_by_role("article")).to_have_count(2)
        main.get_by_role("article").first.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(SCHOOL)
        main.locator("a[href$='/demarches/inscription-scolaire']").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Inscrire son enfant à l’école")
        page.goto("/mon-accueil")
        expect(badge).to_have_accessible_name("Mes actualités 4 actualités privées")

    with step("S11", 7, sees="b40b027f2cec"):
        assert (entries(page, "/activites"), entries(page, "/infos-pratiques")) == (8, 11)
        page.goto("/votre-avis")
        main.locator(f"a[href='{LIBRARY}']").click()
        answer(page, LIBRARY, {"frequence": "mois", "creneaux": "soir", "satisfaction": "4"})
        page.goto(LIBRARY)
        expect(main).to_contain_text("Vous avez déjà répondu")
        expect(page.get_by_role("button", name="Valider ma réponse")).to_have_count(0)
