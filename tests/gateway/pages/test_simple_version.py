"""The « version simplifiée »: chosen by a link, remembered by this browser, left at any time; the same forms behind."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from services.chassis.errors import Invalid, Unavailable
from tests.support.demo_town import DRAFT, NUMBER
from tests.support.filing import ROAD, answer, begin
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

COUNSEL = "/demarches/rdv-conseil-urbanisme"
LINK = "a[href^='/version-simplifiee']"
WAY_OUT = "a[href^='/version-habituelle']"


def is_simple(page: BeautifulSoup) -> bool:
    return "simple" in page.html.get_attribute_list("class")  # type: ignore[union-attr]


@pytest.fixture
def simply(visitor: Client) -> Client:
    """A visitor who has chosen it."""
    visitor.get("/version-simplifiee")
    return visitor


@pytest.mark.parametrize(
    "address", ["/", ROAD, "/creer-mon-espace", f"{ROAD}/etape/informations", "/actualites?page=1"]
)
def test_a_link_of_each_page_chooses_it_and_leads_back_there(visitor: Client, address: str) -> None:
    begin(visitor)
    usual = visitor.page(address)
    assert not is_simple(usual)

    sent = visitor.get(usual.select_one(f"#pied {LINK}")["href"])

    assert (sent.status_code, sent.location) == (303, address)
    simple = visitor.page(address)
    assert is_simple(simple)
    assert [visitor.get(link["href"]).location for link in simple.select(WAY_OUT)] == [address, address]
    assert not is_simple(visitor.page(address))


def test_the_browser_remembers_it_for_a_year_and_no_more_than_that(visitor: Client) -> None:
    visitor.get("/version-simplifiee?page=/")
    kept = visitor.get_cookie("parvis-simple")

    assert kept is not None
    assert (kept.value, kept.http_only, kept.same_site) == ("1", True, "Lax")
    assert kept.max_age == timedelta(days=365).total_seconds()


@pytest.mark.parametrize("page", ["", "//ailleurs.example", "https://ailleurs.example", "/\\ailleurs.example"])
def test_the_link_leads_to_no_other_site(visitor: Client, page: str) -> None:
    assert visitor.get(f"/version-simplifiee?page={quote(page)}").location == "/"


@pytest.mark.parametrize("address", ["/suivi/secret-de-quarante-lettres", "/activation/secret-de-quarante-lettres"])
def test_an_address_that_is_a_secret_is_not_in_the_link(visitor: Client, services: Stubs, address: str) -> None:
    services["requests.open_tracking"] = Unavailable()

    page = BeautifulSoup(visitor.get(address).text, "html.parser")

    assert {link["href"] for link in page.select(LINK)} == {"/version-simplifiee?page=%2F"}


def test_the_words_of_a_search_are_not_in_the_link(visitor: Client) -> None:
    assert visitor.page("/recherche?q=durand").select_one(f"#pied {LINK}")["href"].endswith("page=%2Frecherche")


def test_a_form_that_is_refused_leads_back_to_its_page(visitor: Client) -> None:
    refused = BeautifulSoup(visitor.submit("/suivi", "main form", numero="", courriel="").text, "html.parser")

    assert refused.select_one(f"#pied {LINK}")["href"] == "/version-simplifiee?page=%2Fsuivi"


def test_the_first_page_says_what_can_be_done_and_nothing_beside(simply: Client) -> None:
    page = simply.page("/")

    assert page.h1.get_text() == "Que voulez-vous faire\u00a0?"
    leads = [link["href"] for link in page.select("main .tile a")]
    assert {ROAD, "/demarches", "/suivi", "/creer-mon-espace"} <= set(leads)
    assert page.select("form[role=search], .news, .hero, .nav") == []
    assert page.select_one("#pied a[href^='tel:']") is not None
    assert page.select_one("main table") is not None


def test_the_law_is_one_link_away_from_each_page(simply: Client) -> None:
    for address in ("/", "/creer-mon-espace", ROAD):
        links = {link["href"] for link in simply.page(address).select("#pied a")}
        assert {"/accessibilite", "/mentions-legales", "/donnees-personnelles", "/aide"} <= links


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/creer-mon-espace", "main form"),
        (ROAD, "main form"),
        (f"{ROAD}/etape/informations", "form#formulaire"),
        (f"{ROAD}/etape/demande", "form#formulaire"),
        (COUNSEL, "main form"),
        (f"{COUNSEL}/etape/rendez-vous", "main form"),
    ],
)
def test_a_form_asks_the_same_in_both_versions(visitor: Client, address: str, form: str) -> None:
    begin(visitor, COUNSEL)
    begin(visitor)
    usual = visitor.page(address).select_one(form)
    visitor.get("/version-simplifiee")
    simple = visitor.page(address).select_one(form)

    assert usual is not None and simple is not None
    assert simple["action"] == usual["action"]
    assert list(held_values(simple)) == list(held_values(usual))
    assert [one["for"] for one in simple.select("label[for]")] == [one["for"] for one in usual.select("label[for]")]


def test_a_sign_up_that_comes_back_shows_the_parts_to_correct(simply: Client, services: Stubs) -> None:
    page = simply.page("/creer-mon-espace")
    assert [part["id"] for part in page.select(".part--first")] == ["identite"]
    assert len(page.select(".part")) == 5

    services["accounts.create_account"] = Invalid(fields={"contact.email": "Indiquez une adresse de la forme a@b.fr."})
    sent = parsed(simply.submit("/creer-mon-espace", "main form", password="x", password_again="x"), 422)

    assert [part["id"] for part in sent.select(".part--first")] == ["contact"]


def test_a_report_is_filed_in_it(simply: Client, services: Stubs) -> None:
    answer(simply)

    sent = simply.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")

    assert services.bodies("requests.submit_draft")[0]["draft_id"] == DRAFT
    page = simply.page(sent.location)
    assert is_simple(page)
    assert NUMBER in page.select_one("main").get_text()
    assert page.select_one("main a[href='/suivi']") is not None, "the link is had again"


def test_a_step_names_its_place_and_the_next_act(simply: Client) -> None:
    begin(simply)
    page = simply.page(f"{ROAD}/etape/informations")

    assert page.select_one(".steps__now").get_text().startswith("Étape")
    assert page.select(".steps a") == []
    assert page.select_one(".said p").get_text().startswith("Dites-nous")


def test_the_purpose_of_a_procedure_is_in_the_towns_simple_words(simply: Client) -> None:
    page = simply.page(ROAD)

    assert "Vous voyez un problème dans la rue." in page.select_one("section .said").get_text()
    assert "Durée maximum" in page.select_one("main").get_text()
    assert page.select("main aside") == []
    assert page.select_one("details#donnees") is not None, "what is done with personal data stays within reach"


def test_agents_have_one_version(agent: Client) -> None:
    agent.set_cookie("parvis-simple", "1")

    assert not is_simple(agent.page("/agent/demandes"))


def test_an_error_is_told_in_it_while_no_service_answers(simply: Client) -> None:
    page = BeautifulSoup(simply.get("/nulle-part").text, "html.parser")

    assert is_simple(page)
    assert page.select_one(WAY_OUT) is not None


def test_the_subjects_are_a_list_to_touch_and_nothing_beside(simply: Client) -> None:
    page = simply.page("/demarches")

    assert page.select("main .tile p, main .row, main form[role=search]") == []
    assert page.select("main .tile a[href^='/demarches/domaine/']")
