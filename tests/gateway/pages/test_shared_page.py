"""« Mes informations » and « Ma demande » on one page, where both are short: typed together, kept as two steps."""

from dataclasses import replace
from typing import Any

import pytest
from bs4 import Tag

from gateway.pages.procedures import steps
from services.requests.drafts import rules as draft
from tests.gateway.pages.test_card import PROFILE
from tests.support import demo_town, published
from tests.support.demo_town import procedure
from tests.support.drafts import Drafts
from tests.support.filing import ROAD, begin
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

SLUG = "rdv-cni-passeport"
PASSPORT = f"/demarches/{SLUG}"
WHO, WHAT, SUMMARY = (f"{PASSPORT}/etape/{step}" for step in ("informations", "demande", "recapitulatif"))
FORM = "form#formulaire"
ARIEL = {"given_names": "Ariel", "usage_name": "Nouveau", "email": "ariel@courriel.example"}
BOTH = ["Mes informations", "Ma demande"]


def headings(page: Tag) -> list[str]:
    return [heading.get_text() for heading in page.select(f"{FORM} h2")]


def form_of(visitor: Client) -> dict[str, Any]:
    """A tab is opened on the page: what its form holds."""
    found = visitor.page(WHO).select_one(FORM)
    assert found is not None
    return held_values(found)


@pytest.mark.parametrize("address", [WHO, WHAT])
def test_short_steps_stand_on_one_page_at_both_addresses(visitor: Client, address: str) -> None:
    begin(visitor, PASSPORT)
    page = visitor.page(address)

    assert headings(page) == BOTH
    assert page.select_one(FORM)["action"] == WHAT
    assert [item.get_text().rpartition(":")[2].strip() for item in page.select(".steps [aria-current]")] == BOTH
    assert "Étapes 3 et 4 sur 5" in page.select_one(".steps__now").get_text()


@pytest.mark.parametrize(("address", "heading"), [(WHO, BOTH[0]), (WHAT, BOTH[1])])
def test_the_simple_version_has_one_step_a_page(visitor: Client, address: str, heading: str) -> None:
    begin(visitor, PASSPORT)
    visitor.get("/version-simplifiee")

    assert headings(visitor.page(address)) == [heading]


def test_the_form_is_kept_as_two_steps(visitor: Client, drafts: Drafts, services: Stubs) -> None:
    begin(visitor, PASSPORT)

    assert visitor.submit(WHO, FORM, **ARIEL, titre="retrait").location == SUMMARY

    typed = drafts.kept[SLUG].typed
    assert typed.applicant == {**ARIEL, "preferred_contact": "email", "phone": ""}
    assert typed.answers["titre"] == "retrait"
    assert not typed.answers.keys() & typed.applicant.keys()
    assert set(typed.seen) == {"applicant", "request"}
    kept = [asked for asked in services.asked if asked.method == "requests.save_step"]
    assert [asked.body["step"] for asked in kept] == ["applicant", "request"]
    assert len({asked.command_id for asked in kept}) == 2


def test_errors_of_both_steps_are_listed_together(visitor: Client) -> None:
    begin(visitor, PASSPORT)

    sent = visitor.submit(WHAT, FORM, email="pas une adresse")

    assert sent.location == f"{WHAT}?verifier=1#erreurs"
    links = [link["href"] for link in visitor.page(sent.location).select(".error-summary a")]
    assert links == ["#z-given-names", "#z-usage-name", "#z-email", "#z-titre-1"]


def test_from_the_summary_and_at_the_counter_each_step_opens_alone(visitor: Client) -> None:
    begin(visitor, PASSPORT)

    assert headings(visitor.page(f"{WHO}?retour-a=recapitulatif")) == BOTH[:1]
    assert headings(visitor.page(f"{WHAT}?retour-a=recapitulatif")) == BOTH[1:]


def test_an_agent_at_the_counter_has_one_step_a_page(agent: Client) -> None:
    begin(agent, PASSPORT)

    assert headings(agent.page(WHO)) == ["La personne"]


def test_answers_of_another_tab_are_shown_beside_both_steps(visitor: Client, drafts: Drafts) -> None:
    begin(visitor, PASSPORT)
    first, second = form_of(visitor), form_of(visitor)
    visitor.post(WHAT, data={**second, **ARIEL, "titre": "cni"})

    page = parsed(visitor.post(WHAT, data={**first, "given_names": "Camille", "titre": "passeport"}), 409)

    assert headings(page) == BOTH
    assert {"Prénoms", "Titre demandé"} <= {line.a.get_text() for line in page.select(".notice--warning li")}
    assert page.select_one("[name=given_names]")["value"] == "Camille"
    assert page.select_one("[name=titre][checked]")["value"] == "passeport"
    typed = drafts.kept[SLUG].typed
    assert (typed.applicant["given_names"], typed.answers["titre"]) == ("Ariel", "cni")

    visitor.post(WHAT, data=held_values(page.select_one(FORM)))
    typed = drafts.kept[SLUG].typed
    assert (typed.applicant["given_names"], typed.answers["titre"]) == ("Camille", "passeport")


def test_a_person_whom_the_space_knows_has_card_and_questions_on_one_page(
    citizen: Client, drafts: Drafts, services: Stubs
) -> None:
    services["requests.read_profile_news"] = {"applicant": {}}
    report = "signalement-voirie"
    drafts.open({"procedure": report}, demo_town.CAMILLE)
    begun = draft.opened(procedure(report), PROFILE, None)
    drafts.kept[report] = replace(drafts.kept[report], typed=begun)
    page = citizen.page(f"{ROAD}/etape/informations")
    assert headings(page) == BOTH
    assert page.select_one("#fiche h3").get_text() == "Camille Modèle"

    sent = citizen.fill(page, FORM, description="Un trou dans la chaussée.", action="modifier")

    typed = drafts.kept[report].typed
    assert (typed.applicant, typed.answers["description"]) == (begun.applicant, "Un trou dans la chaussée.")
    assert sent.location == f"{ROAD}/etape/informations?a-modifier=1#formulaire"
    assert headings(citizen.page(sent.location)) == BOTH[:1], "opened, the details make it too long for one page"
    assert citizen.submit(sent.location, FORM).location == f"{ROAD}/etape/demande"


def test_eight_questions_asked_of_everybody_are_the_most() -> None:
    report = procedure("signalement-voirie")
    assert sum(field.shown_when is None for field in report.fields) == 6
    assert steps.share_a_page(report, 2)
    assert not steps.share_a_page(report, 3)


def test_a_question_named_like_a_detail_of_the_applicant_keeps_the_steps_apart() -> None:
    field = {"name": "email", "label": "Courriel", "type": "email", "required": True}
    assert not steps.share_a_page(published.procedure(SLUG, fields=[field]), 0)
