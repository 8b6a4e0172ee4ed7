"""What the search page says of the words that it was given: procedures, and what the town publishes."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.clients import ANYONE
from gateway.shared.search import merged
from services.chassis.contracts import from_json
from services.chassis.errors import Unavailable
from services.content.schemas.articles import FoundArticle, FoundArticles
from services.procedures.schemas.catalogue import Catalogue, CatalogueItem
from tests.support.demo_town import catalogue
from tests.support.judge import Client
from tests.support.stubs import Stubs


def results(page: Any) -> list[tuple[str, str]]:
    """The kind and the address of each result."""
    return [
        (row.select_one(".meta li").get_text(strip=True), row.a["href"])
        for row in page.select("section[aria-labelledby=t-found] .row")
    ]


def test_procedures_and_contents_are_in_one_list_each_with_its_kind_in_words(visitor: Client, services: Stubs) -> None:
    page = visitor.page("/recherche?q=mariage")

    assert len(services.bodies("procedures.catalogue")) == len(services.bodies("content.find")) == 1
    assert results(page) == [
        ("Démarche", "/demarches/acte-mariage"),
        ("Info pratique", "/infos-pratiques/se-marier-se-pacser"),
    ]
    assert page.select_one("#t-found").get_text() == "2\u00a0résultats pour «\u00a0mariage\u00a0»"
    assert results(visitor.page("/recherche?q=aviron")) == [("Activité", "/activites/aviron-decouverte")]
    assert ("Actualité", "/actualites/passerelle-trois-noms") in results(visitor.page("/recherche?q=passerelle"))


def procedures(*slugs: str, rank: float = 0.5, **said: Any) -> Catalogue:
    """As procedures answers; `said`: of the whole."""
    item = from_json(CatalogueItem, catalogue({"q": "acte"}, ANYONE)["items"][0])
    return Catalogue(items=tuple(replace(item, slug=slug, rank=rank) for slug in slugs), total=len(slugs), **said)


def contents(*slugs: str, rank: float = 0.5, partial: bool = False) -> FoundArticles:
    rest = {"kind": "news", "title": "", "summary": "", "audience": "public", "category_label": ""}
    items = tuple(FoundArticle(slug=slug, rank=rank, **rest) for slug in slugs)
    return FoundArticles(items=items, total=len(items), partial=partial)


def slugs(items: list[dict[str, Any]]) -> list[str]:
    return [item["slug"] for item in items]


@pytest.mark.parametrize(
    ("offered", "published", "full", "partly"),
    [
        pytest.param(procedures("a", rank=0.2), contents("b", rank=0.9), ["b", "a"], [], id="the best is first"),
        pytest.param(
            procedures("x", suggestion="x"), contents("y"), ["y"], [], id="words as typed hide those perhaps meant"
        ),
        pytest.param(
            procedures("some", rank=0.9, partial=True), contents("all", rank=0.1), ["all"], ["some"], id="all first"
        ),
        pytest.param(
            procedures("all"), contents("some", partial=True), ["all"], [], id="no content with some of the words"
        ),
        pytest.param(
            procedures("a", partial=True), contents("b", partial=True), [], ["a", "b"], id="all that has some words"
        ),
        pytest.param(procedures(), contents(), [], [], id="nothing"),
    ],
)
def test_procedures_and_contents_become_one_list(
    offered: Catalogue, published: FoundArticles, full: list[str], partly: list[str]
) -> None:
    found = merged(offered, published)

    assert (slugs(found.full), slugs(found.partly), found.suggestion) == (full, partly, None)
    assert found.total == found.shown == len(full + partly)


def test_a_corrected_word_is_shown_and_an_exact_one_is_not(visitor: Client, services: Stubs) -> None:
    services["procedures.catalogue"] = lambda _, actor: catalogue({"q": "acte"}, actor) | {"suggestion": "acte"}

    found = visitor.page("/recherche?q=actte").select_one("section[aria-labelledby=t-found]")

    assert found.select_one("ul.rows li") is not None
    assert "votre recherche est lue «\u00a0acte\u00a0»" in found.get_text()

    services["procedures.catalogue"] = catalogue
    assert "est lue" not in visitor.page("/recherche?q=acte").get_text()


def test_results_with_some_of_the_words_are_marked_as_partial(visitor: Client, services: Stubs) -> None:
    services["procedures.catalogue"] = lambda _, actor: catalogue({"q": "passeport"}, actor) | {"partial": True}

    assert (
        "Rien ne répond à tous vos mots" in visitor.page("/recherche?q=passeport perdu").select_one("main").get_text()
    )
    services["procedures.catalogue"] = catalogue
    assert "Rien ne répond à tous" not in visitor.page("/recherche?q=passeport").select_one("main").get_text()


def test_procedures_are_found_while_content_is_unavailable(visitor: Client, services: Stubs) -> None:
    services["content.find"] = Unavailable()

    page = visitor.page("/recherche?q=mariage")

    assert results(page) == [("Démarche", "/demarches/acte-mariage")]
    assert "n’ont pas pu être cherchées" in page.get_text()


def test_a_search_that_leads_to_one_area_names_the_department_that_answers(visitor: Client) -> None:
    page = visitor.page("/recherche?q=tranquillité")

    assert page.select_one("#t-dept").get_text() == "Police municipale"
    assert visitor.page("/recherche?q=demander").select_one("#t-dept") is None
    assert visitor.page("/demarches?toutes").select_one("#t-dept") is None


def test_a_search_links_to_procedures_and_help_with_or_without_results(visitor: Client) -> None:
    for words in ("acte", "mot de passe"):
        section = visitor.page(f"/recherche?q={words}").select_one(".split > section")
        assert {"/demarches", "/aide"} <= {link["href"] for link in section.select("a[href]")}
        assert section.select_one("a[href^='tel:']") is not None


def test_an_empty_search_shows_its_field_and_a_link_to_procedures(visitor: Client) -> None:
    main = visitor.page("/recherche").select_one("main")

    assert main.select_one("[name=q]") is not None
    assert main.select_one("a[href='/demarches']") is not None


def test_an_address_encoded_in_latin_1_is_decoded(visitor: Client) -> None:
    page = visitor.page("/recherche?q=d%E9c%E8s")

    assert page.select_one("main [name=q]")["value"] == "décès"
    assert "décès" in page.title.get_text()
    assert visitor.page("/recherche?q=%81").select_one("h1").get_text() == "Rechercher"


def test_searches_under_their_old_address_are_redirected(visitor: Client) -> None:
    answer = visitor.get("/demarches?q=acte de naissance")

    assert (answer.status_code, answer.location) == (301, "/recherche?q=acte+de+naissance")


def test_a_null_character_is_searched_as_a_replacement_character(visitor: Client, services: Stubs) -> None:
    page = visitor.page("/recherche?q=%00")

    assert page.h1.get_text() == "Résultats de la recherche"
    assert {body["q"] for body in services.bodies("content.find")} == {"\N{REPLACEMENT CHARACTER}"}
