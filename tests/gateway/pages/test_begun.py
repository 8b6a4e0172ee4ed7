"""What was begun and not filed is found again where one looks for it, and can be given up."""

from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import Unavailable
from tests.support.demo_town import DRAFT
from tests.support.drafts import Drafts
from tests.support.filing import ROAD, begin
from tests.support.judge import Client, parsed
from tests.support.own_space import member_id
from tests.support.stubs import Stubs

SCHOOL = "/demarches/inscription-scolaire"


@pytest.mark.parametrize("page", ["/", "/mon-accueil", "/mes-demandes", "/demarches"])
def test_drafts_of_an_account_are_listed_with_links_to_resume_and_give_up(
    citizen: Client, services: Stubs, page: str
) -> None:
    begin(citizen, SCHOOL, member=member_id("sacha"))
    services.asked.clear()

    listed = citizen.page(page).select_one("#saisies")

    words = " ".join(listed.get_text(" ", strip=True).split())  # no-break spaces become ordinary ones
    assert "Inscrire son enfant à l’école" in words
    assert "Pour Sacha Exemple" in words
    assert "Dernière saisie le mardi 24 novembre 2026" in words
    assert "Étape 2 sur 5 : Mon rendez-vous" in words
    assert [link["href"] for link in listed.select("a")] == [f"{SCHOOL}/etape/rendez-vous", f"{SCHOOL}/abandonner"]
    assert len(services.bodies("requests.my_drafts")) == 1


def test_a_visitor_finds_a_draft_again_in_the_same_browser(visitor: Client) -> None:
    begin(visitor)

    for page in ("/", "/demarches"):
        assert visitor.page(page).select_one(f"#saisies a[href='{ROAD}/etape/informations']") is not None


def test_drafts_are_not_requested_for_a_browser_without_any(visitor: Client, services: Stubs) -> None:
    page = visitor.page("/demarches")

    assert page.select_one("#saisies") is None
    assert services.bodies("requests.my_drafts") == []


@pytest.mark.parametrize("page", ["/mon-accueil", "/mes-demandes", "/demarches"])
def test_the_list_of_drafts_is_absent_without_a_draft(citizen: Client, page: str) -> None:
    assert citizen.page(page).select_one("#saisies") is None


def test_procedures_are_listed_while_drafts_are_unavailable(visitor: Client, services: Stubs) -> None:
    begin(visitor)
    services["requests.my_drafts"] = Unavailable()

    assert visitor.page("/demarches").select_one("#saisies") is None


def test_giving_up_a_draft_first_says_what_is_erased(visitor: Client, services: Stubs, drafts: Drafts) -> None:
    begin(visitor)

    asked = visitor.page(f"{ROAD}/abandonner")
    words = asked.select_one("main").get_text()
    assert "vos réponses et vos fichiers sont effacés" in words
    assert drafts.kept != {}
    sent = visitor.fill(asked)

    assert [body["draft_id"] for body in services.bodies("requests.discard_draft")] == [DRAFT]
    after = visitor.page(sent.location)
    assert "Votre saisie est abandonnée" in after.select_one(".notice--success").get_text()
    assert after.select_one("main form[method=post] button").get_text(strip=True) == "Commencer la démarche"


def test_giving_up_without_a_draft_leads_back_to_the_procedure(visitor: Client) -> None:
    assert visitor.get(f"{ROAD}/abandonner").location == ROAD


def test_a_draft_of_a_withdrawn_procedure_is_listed_and_can_be_given_up(
    visitor: Client, services: Stubs, drafts: Drafts
) -> None:
    begin(visitor)

    def withdrawn(body: Any, actor: Actor) -> Any:
        return {"items": [{**item, "offered": False} for item in drafts.mine(body, actor)["items"]]}

    services["requests.my_drafts"] = withdrawn

    listed = visitor.page("/demarches").select_one("#saisies")

    assert "n’est plus proposée en ligne" in listed.get_text()
    assert [link["href"] for link in listed.select("a")] == [ROAD, f"{ROAD}/abandonner"]
    assert parsed(visitor.get(f"{ROAD}/abandonner")).h1 is not None
