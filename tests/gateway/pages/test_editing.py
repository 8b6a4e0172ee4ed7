"""A step that is opened from the summary leads back to the summary."""

import pytest

from tests.support.filing import ROAD, answer, begin
from tests.support.judge import Client

SUMMARY = f"{ROAD}/etape/recapitulatif"
EDITED = f"{ROAD}/etape/informations?retour-a=recapitulatif"


@pytest.fixture
def visitor_at_summary(visitor: Client) -> Client:
    answer(visitor)
    return visitor


def test_every_link_of_the_summary_opens_a_step_that_leads_back(visitor_at_summary: Client) -> None:
    links = [link["href"] for link in visitor_at_summary.page(SUMMARY).select("main section > .section__head a")]

    assert links
    for link in links:
        button = visitor_at_summary.page(link).select_one("form#formulaire .actions .btn")
        assert button.get_text() == "Revenir au récapitulatif"


def test_a_mended_step_leads_back_to_the_summary(visitor_at_summary: Client) -> None:
    sent = visitor_at_summary.submit(EDITED, "form#formulaire", given_names="Alix")

    assert sent.location == SUMMARY
    assert "Alix" in visitor_at_summary.page(SUMMARY).select_one("main").get_text()


def test_a_step_mended_wrongly_shows_its_errors_and_then_leads_back(visitor_at_summary: Client) -> None:
    sent = visitor_at_summary.submit(EDITED, "form#formulaire", email="pas une adresse")
    assert sent.location == f"{EDITED}&verifier=1#erreurs"

    sent = visitor_at_summary.submit(sent.location, "form#formulaire", email="alix@courriel.example")

    assert sent.location == SUMMARY


def test_without_the_summary_a_step_leads_to_the_following_one(visitor: Client) -> None:
    begin(visitor)
    who = {"given_names": "Ariel", "usage_name": "Nouveau", "email": "ariel@courriel.example"}

    sent = visitor.submit(f"{ROAD}/etape/informations", "form#formulaire", **who)

    assert sent.location == f"{ROAD}/etape/demande"


def test_the_other_weeks_of_an_edited_appointment_lead_back_as_well(visitor: Client) -> None:
    begin(visitor, "/demarches/rdv-cni-passeport")

    page = visitor.page("/demarches/rdv-cni-passeport/etape/rendez-vous?retour-a=recapitulatif")

    weeks = [link["href"] for link in page.select(".week-nav a")]
    assert weeks and all("retour-a=recapitulatif&semaine=" in week and week.endswith("#semaine") for week in weeks)


def test_an_optional_preferred_contact_has_no_asterisk_and_is_preselected(visitor: Client) -> None:
    begin(visitor, "/demarches/acte-naissance")

    page = visitor.page("/demarches/acte-naissance/etape/informations")

    chosen = page.select_one("input[name=preferred_contact][checked]")
    assert chosen["value"] == "email"
    assert chosen.find_parent("fieldset").select(".req") == []


def test_the_end_of_a_procedure_links_to_a_directory_and_a_phone_number(visitor: Client) -> None:
    birth = "/demarches/acte-naissance"
    begin(visitor, birth)
    visitor.submit(f"{birth}/etape/demande", "form#formulaire", commune_evenement="autre_commune")

    for address in (f"{birth}/etape/demande", f"{birth}/etape/recapitulatif"):
        shown = next(
            one for one in visitor.page(address).select(".notice--warning") if not one.find_parent(hidden=True)
        )
        links = [link["href"] for link in shown.select("a")]
        assert "https://lannuaire.service-public.fr/navigation/mairie" in links
        assert any(link.startswith("tel:") for link in links)
