"""A town that has published nothing yet: each page says what will be here and whom to ask meanwhile, no bare heading."""

import pytest

from tests.support.demo_town import town
from tests.support.drafts import Drafts
from tests.support.judge import Client
from tests.support.stubs import Stubs

NOTHING = {"items": [], "total": 0, "page": 1, "pages": 1, "categories": []}


@pytest.fixture(autouse=True)
def empty_town(services: Stubs, drafts: Drafts) -> None:
    published = town()
    services["procedures.town"] = published | {"opening_hours": published["opening_hours"] | {"weekly": {}}}
    services["procedures.service_areas"] = {"areas": []}
    services["procedures.catalogue"] = NOTHING | {"suggestion": None, "partial": False}
    services["content.find"] = NOTHING | {"suggestion": None, "partial": False}
    services["content.home"] = {"news": [], "highlighted": None}
    for kind in ("news", "activities", "practical", "polls"):
        services[f"content.{kind}"] = NOTHING


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/demarches", "Pas encore de démarche en ligne"),
        ("/demarches?toutes", "Pas encore de démarche en ligne"),
        ("/recherche?q=passeport", "Aucun résultat pour «\u00a0passeport\u00a0»"),
        ("/actualites", "Pas encore d’actualité"),
        ("/activites", "Pas encore d’activité"),
        ("/infos-pratiques", "Pas encore d’information pratique"),
        ("/votre-avis", "Aucun sondage en ce moment"),
    ],
)
def test_a_page_without_content_says_what_will_be_here(client: Client, address: str, title: str) -> None:
    page = client.page(address)

    assert [one.get_text(strip=True) for one in page.select("main .empty h2")] == [title]
    assert page.select_one("main .empty a[href]") is not None, "and offers a first step"
    assert page.select("main ul.rows, main ul.tiles") == []


def test_the_home_page_has_no_bare_heading(client: Client) -> None:
    page = client.page("/")

    titles = [one.get_text(strip=True) for one in page.select("main .empty h3")]
    assert titles == ["Pas encore de démarche en ligne", "Pas encore d’actualité"]
    assert "Démarches mises en avant" not in page.get_text()


def test_unpublished_hours_are_not_shown_as_closed_days(client: Client) -> None:
    hours = client.page("/").select_one("#horaires").get_text()

    assert "Fermé" not in hours
    assert "s’afficheront ici" in hours


def test_mon_accueil_offers_the_counter(citizen: Client) -> None:
    offered = citizen.page("/mon-accueil").select_one("section[aria-labelledby=t-feat]")

    assert "Pas encore de démarche en ligne" in offered.get_text()
    assert offered.select("ul.tiles") == []


def test_a_category_without_content_leads_back_to_all(client: Client) -> None:
    empty = client.page("/actualites?categorie=travaux").select_one("main .empty")

    assert empty.select_one('a[href="/actualites"]') is not None
