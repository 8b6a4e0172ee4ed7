"""« Déposer pour une personne »: the same form, in the agents' frame and in words for the agent."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.pages.procedures.steps import path
from services.requests.schemas.refusals import IdentityNotChecked, MemberNotDescribed
from tests.support import agents_desk as desk
from tests.support.demo_town import NOW, NUMBER, definition
from tests.support.drafts import RECEIPT, Drafts
from tests.support.filing import ROAD, begin
from tests.support.filled import valid_answers, valid_applicant
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

PRINT = f"/agent/demandes/{NUMBER}/courriers/accuse"


def test_the_email_address_is_left_out_where_the_person_has_none(agent: Client) -> None:
    page = agent.page(f"{begin(agent)}/etape/informations")

    email = page.select_one("input[name=email]")
    assert not email.has_attr("required")
    assert "se remettent ou se postent" in page.select_one("#z-email-aide").get_text()
    assert page.select_one("input[name='address.line1']") is not None


def test_browsers_do_not_prefill_the_agents_own_details(agent: Client) -> None:
    for address in (ROAD, "/demarches/acte-naissance"):
        page = agent.page(f"{begin(agent, address)}/etape/informations")
        filled_by_browsers = {one.get("autocomplete") for one in page.select("main form input, main form select")}
        assert filled_by_browsers <= {"off", None}


def test_missing_fields_are_named_as_those_of_the_person(agent: Client, drafts: Drafts) -> None:
    form = f"{begin(agent)}/etape/informations"
    agent.submit(form, "#formulaire", given_names="Ariel", action="continuer")
    summary = agent.page(f"{form}?verifier=1").select_one(".error-summary").get_text(" ", strip=True)

    assert "Indiquez le nom de la personne." in summary
    assert "Indiquez l’adresse de la personne." in summary


def test_filing_without_email_address_leads_to_the_print_of_the_receipt(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking() | desk.case() | {"by_post": True}
    page = agent.page(f"{ROAD}/prise-en-compte/{NUMBER}").select_one("main")

    assert page.select_one("a.btn")["href"] == PRINT
    assert "courriel" not in page.get_text()


def test_filing_for_another_department_leads_to_the_print_of_the_receipt(agent: Client, services: Stubs) -> None:
    services["accounts.session"] = desk.session_of(replace(desk.AGENT, departments=("urbanisme",)))
    services["requests.submit_draft"] = {**RECEIPT, "email_sent_to_hint": ""}
    begin(agent)
    where = {"line1": "2 quai de l’Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"}
    who = {"given_names": "Ariel", "usage_name": "Nouveau"} | {f"address.{part}": text for part, text in where.items()}
    agent.submit(f"{ROAD}/etape/informations", "#formulaire", **who)
    what = {"type_probleme": "chaussee", "description": "Un trou dans la chaussée."}
    sent = agent.submit(
        f"{ROAD}/etape/demande", "#formulaire", **what, **{f"lieu.{part}": text for part, text in where.items()}
    )
    assert sent.location == f"{ROAD}/etape/recapitulatif"
    words = agent.page(sent.location).select_one("main").get_text(" ", strip=True)
    assert "Son accusé de réception s’imprimera ensuite." in words

    page = parsed(agent.submit(f"{ROAD}/etape/recapitulatif", "form:has(button[data-once])")).select_one("main")
    assert page.select_one("a.btn")["href"] == PRINT


ADDRESSED_TO_THE_PERSON = (
    "Mes informations", "Ma demande", "Mon rendez-vous", "Votre saisie", "votre saisie", "Vos réponses", "vos réponses",
    "Votre créneau", "votre créneau", "Vos données", "Votre demande", "ma demande", "Votre choix",
)  # fmt: skip


def said(page: Any) -> str:
    """The words of a page but the town's own: what its procedure says of itself is data."""
    for of_the_procedure in page.select("#donnees dd, [aria-labelledby=t-what], [aria-labelledby=h-data]"):
        of_the_procedure.extract()
    return page.select_one("main").get_text(" ", strip=True).replace("\u00a0", " ")


@pytest.mark.parametrize(
    "slug", ["location-salle", "rdv-cni-passeport", "signalement-voirie", "enlevement-encombrants"]
)
def test_every_step_is_in_the_agents_frame_and_in_words_for_the_agent(agent: Client, drafts: Drafts, slug: str) -> None:
    address = begin(agent, f"/demarches/{slug}")
    steps = [step for step in definition(slug)["steps"] if step != "procedure"]
    pages = [address, f"{address}/recommencer", f"{address}/abandonner", *(path(slug, step) for step in steps)]
    for shown in pages:
        page = agent.page(shown)
        assert "agent" in page.body["class"], shown
        assert page.select_one("#menu a[href='/agent/courriers']") is not None, shown
        words = said(page)
        assert [one for one in ADDRESSED_TO_THE_PERSON if one in words] == [], shown


def test_the_steps_have_their_names_for_the_agent(agent: Client) -> None:
    page = agent.page(f"{begin(agent, '/demarches/rdv-cni-passeport')}/etape/informations")

    labels = [item.get_text(" ", strip=True) for item in page.select(".steps ol li")]
    assert [label.rpartition(": ")[2] for label in labels] == [
        "La démarche (étape terminée)", "Le rendez-vous", "La personne", "La demande", "Le récapitulatif",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address", ["/demarches", "/demarches?toutes", "/demarches/domaine/voirie", "/recherche?q=acte"]
)
def test_a_procedure_is_chosen_in_the_agents_frame(agent: Client, address: str) -> None:
    page = agent.page(address)

    assert "agent" in page.body["class"]
    assert page.select_one("main a[href^='/demarches/']") is not None


def test_a_visitor_keeps_the_portals_frame_and_words(visitor: Client) -> None:
    page = visitor.page(f"{begin(visitor)}/etape/informations")

    assert "agent" not in page.body.get("class", [])
    assert page.select_one("h2").get_text() == "Mes informations"


COMPOST = "/demarches/demande-composteur"


def ready(agent: Client, drafts: Drafts, services: Stubs) -> None:
    """An account-only procedure, answered."""
    begin(agent, COMPOST)
    asked = definition("demande-composteur")
    draft = drafts.kept["demande-composteur"]
    typed = replace(draft.typed, applicant=valid_applicant(asked), answers=valid_answers(asked, NOW.date()))
    drafts.kept["demande-composteur"] = replace(draft, typed=typed)


def test_a_procedure_for_account_holders_can_be_begun_at_the_counter(agent: Client) -> None:
    page = agent.page("/demarches/demande-composteur").select_one("main")

    assert page.select_one("form[method=post] button[type=submit]") is not None
    assert "espace personnel de la personne" not in page.get_text()


def test_the_agent_confirms_that_identity_was_checked(agent: Client, drafts: Drafts, services: Stubs) -> None:
    ready(agent, drafts, services)
    page = agent.page(f"{COMPOST}/etape/recapitulatif")
    box = page.select_one("input#identite")
    assert box.has_attr("required")
    assert "*" in page.select_one("label[for=identite]").get_text()

    agent.submit(f"{COMPOST}/etape/recapitulatif", "form:has(button[data-once])", identite="1")
    assert services.bodies("requests.submit_draft")[-1]["identity"] == "checked_at_counter"


def test_filing_without_the_identity_box_is_refused_at_the_box(agent: Client, drafts: Drafts, services: Stubs) -> None:
    ready(agent, drafts, services)
    services["requests.submit_draft"] = IdentityNotChecked(fields={"identity": IdentityNotChecked.message})
    answer = agent.submit(f"{COMPOST}/etape/recapitulatif", "form:has(button[data-once])")

    assert answer.status_code == 422
    assert "identity" not in services.bodies("requests.submit_draft")[-1]
    page = parsed(answer)
    assert page.select_one(".error-summary a")["href"] == "#identite"
    assert "Vérifiez l’identité de la personne" in page.select_one("#identite-erreur").get_text()
    assert page.select_one("button[data-once]") is not None


def test_a_procedure_without_account_shows_no_identity_box(agent: Client, citizen: Client, drafts: Drafts) -> None:
    begin(agent)

    assert agent.page(f"{ROAD}/etape/recapitulatif").select_one("#identite") is None


def test_at_the_counter_the_agent_says_for_whom_the_request_is_made(agent: Client, services: Stubs) -> None:
    school = "/demarches/inscription-scolaire"
    said = {"member.given_names": "Lou", "member.birth_name": "Exemple", "member.birth_date": "2020-03-01"}
    begin(agent, school, **said)

    member = {"given_names": "Lou", "birth_name": "Exemple", "birth_date": "2020-03-01"}
    assert services.bodies("requests.open_draft")[-1]["member"] == member


def test_missing_details_of_the_beneficiary_are_named_and_typed_ones_kept(agent: Client, services: Stubs) -> None:
    school = "/demarches/inscription-scolaire"
    sentence = "Indiquez le nom de naissance de cette personne."
    services["requests.open_draft"] = MemberNotDescribed(fields={"member.birth_name": sentence})
    page = parsed(agent.submit(school, "main form[method=post]", **{"member.given_names": "Lou"}), 422)

    assert page.select_one(".error-summary a").get_text() == sentence
    assert page.select_one("input[name='member.given_names']")["value"] == "Lou"


def test_a_request_may_be_for_the_applicant_where_the_procedure_says_so(agent: Client, services: Stubs) -> None:
    begin(agent, "/demarches/changement-telephones")

    assert "member" not in services.bodies("requests.open_draft")[-1]
