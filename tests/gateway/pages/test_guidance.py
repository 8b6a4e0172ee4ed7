"""What a person must know before filing and after it: said where it is needed, and only to whom it concerns."""

import re

import pytest
from bs4 import Tag

from tests.support import published
from tests.support.demo_town import CAMILLE, NUMBER, file
from tests.support.drafts import Drafts
from tests.support.filing import ROAD, begin
from tests.support.judge import Client
from tests.support.own_space import in_profile
from tests.support.stubs import Stubs
from tests.support.tracked_request import CONTESTED, tracking

BIRTH = "/demarches/acte-naissance"


def test_the_receipt_says_how_to_contest_a_refusal_by_silence(citizen: Client) -> None:
    page = citizen.page(f"/demarches/acte-naissance/prise-en-compte/{NUMBER}")

    assert f"votre demande est réputée refusée. {CONTESTED}" in " ".join(page.get_text().split())


def test_each_emergency_number_is_shown_with_its_purpose(visitor: Client) -> None:
    foot = " ".join(visitor.page(ROAD).select_one("#pied").get_text().replace("\u00a0", " ").split())
    asked = next(field for field in published.definition("signalement-voirie")["fields"] if field["name"] == "danger")
    shown = asked["help"].replace("\u00a0", " ")
    department = published.definition("signalement-voirie")["department_details"]["phone"]

    assert "Danger immédiat sur la voie publique : 02 61 91 10 99. Astreinte de la commune, le soir" in foot
    assert "Pour secourir une personne : 15, 17, 18 ou 112." in foot
    assert "le 112 (personne à secourir)" in shown
    assert f"le {department} (aux heures d’ouverture)" in shown.replace("\u00a0", " ")
    assert (
        f"le {file('town')['town']['contacts']['emergency_phone']} (le soir, le week-end et les jours fériés)" in shown
    )


def test_a_number_that_a_question_names_can_be_called(visitor: Client) -> None:
    begin(visitor)
    numbers = visitor.page(f"{ROAD}/etape/demande").select("#z-danger-aide a")

    assert [number["href"] for number in numbers] == ["tel:+33261911030", "tel:+33261911099"]


def test_a_reported_danger_shows_whom_to_call_before_and_after_filing(visitor: Client, services: Stubs) -> None:
    def calls(address: str) -> list[str]:
        return [link["href"] for link in visitor.page(address).select("main .notice--warning a[href^='tel:']")]

    begin(visitor)
    visitor.set_cookie("parvis-tracking", "token")
    summary, after = f"{ROAD}/etape/recapitulatif", f"{ROAD}/prise-en-compte/{NUMBER}"
    assert calls(summary) == calls(after) == []

    visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", danger="on")
    services["requests.tracking"] = tracking(advice={"title": "Un danger", "text": "Appelez le 02 61 91 10 99."})
    assert calls(summary) == ["tel:+33261911030", "tel:+33261911099"]
    assert calls(after) == ["tel:+33261911099"]


def test_instructions_for_minors_are_addressed_to_minors_only() -> None:
    said = published.agenda("titres-identite")["instructions"] + published.definition("rdv-cni-passeport")["help"]

    lines = [sentence for sentence in re.split(r"[.\n]", said) if re.search("enfant|mineur|parental", sentence)]
    assert len(lines) == 2
    assert all(sentence.strip().startswith("Si le titre est pour une personne mineure, ") for sentence in lines)


def test_other_offices_to_ask_are_named_at_the_question_or_above(visitor: Client, drafts: Drafts) -> None:
    said = [" ".join(part.get_text().split()) for part in visitor.page(BIRTH).select("[data-stop]")]
    assert len(said) == 2
    assert "née à l’étranger, adressez-vous au service central" in said[1]

    drafts.open({"procedure": "acte-naissance"}, CAMILLE)
    words = " ".join(visitor.page(BIRTH).select_one("main").get_text().split())
    assert "Lieu de la naissance : avant de commencer" in words
    assert "À l’étranger. Pour une personne française née à l’étranger, adressez-vous au service central" in words


def test_an_answer_that_ends_the_procedure_hides_what_follows_and_keeps_it(visitor: Client) -> None:
    begin(visitor, BIRTH)
    step = f"{BIRTH}/etape/demande"
    before = visitor.page(step)
    assert [part.has_attr("hidden") for part in before.select("[data-stop]")] == [True, True]
    assert not before.select_one("[data-unless]").has_attr("hidden")

    visitor.submit(step, "form#formulaire", commune_evenement="etranger", nom_naissance="Exemple", action="actualiser")

    page = visitor.page(step)
    assert [part.has_attr("hidden") for part in page.select("[data-stop]")] == [True, False]
    rest = page.select_one("[data-unless]")
    assert rest.has_attr("hidden")
    assert rest.select_one("#pieces") is not None
    assert rest.select_one("[name=commune_evenement]") is None
    assert rest.select_one("[name=nom_naissance]")["value"] == "Exemple"
    sent = visitor.submit(step, "form#formulaire", commune_evenement="etranger")
    assert sent.location == f"{step}?verifier=1#erreurs"
    assert len(visitor.page(sent.location).select(".error-summary li")) == 1


def test_an_address_in_the_town_is_asked_for_with_its_name_and_postcode(visitor: Client) -> None:
    shown = visitor.page(f"{begin(visitor)}/etape/demande").select_one("#z-lieu-aide").get_text()
    assert shown.replace("\u00a0", " ") == "Dans la commune : Saint-Aubin-sur-Orne (61990)."


def test_required_details_are_marked_and_the_email_address_says_why(visitor: Client) -> None:
    begin(visitor, BIRTH)
    step = f"{BIRTH}/etape/informations"

    def marked(page: Tag) -> set[str]:
        fields = page.select("#formulaire input[type=tel], #formulaire input[type=email]")
        return {field["name"] for field in fields if field.has_attr("required")}

    page = visitor.page(step)
    assert marked(page) == {"email"}
    assert "l’accusé de réception et le lien de suivi y sont envoyés" in page.select_one("#z-email-aide").get_text()
    hint = page.select_one("#z-phone-aide").get_text()
    assert hint == "Obligatoire si c’est votre moyen de contact préféré."

    visitor.submit(step, "form#formulaire", preferred_contact="phone")
    page = visitor.page(f"{step}?verifier=1")
    assert marked(page) == {"email", "phone"}
    assert "Indiquez ce numéro" in page.select_one("#z-phone-erreur").get_text()


@pytest.mark.parametrize(
    "slug", [entry["slug"] for entry in file("procedures")["procedures"] if entry["about"] == "member"]
)
def test_without_an_eligible_member_the_page_offers_to_add_one_or_the_counter(
    citizen: Client, services: Stubs, slug: str
) -> None:
    mother = in_profile({"slug": "andree", "relation": "parent", "given_names": "Andrée", "birth_name": "Témoin"})
    services["accounts.profile"] = services.answers["accounts.profile"] | {"family_members": [mother]}

    page = citizen.page(f"/demarches/{slug}")

    notice = page.select_one("main .notice")
    assert "Aucun enfant ne figure" in notice.get_text()
    assert notice.select_one("a.btn")["href"] == f"/mon-espace/famille/ajouter?demarche={slug}"
    assert "au guichet ou par courrier" in notice.get_text()
    assert (
        notice.select_one("a[href^='tel:']").get_text() == page.select_one("#t-counter ~ p a[href^='tel:']").get_text()
    )
    assert page.select("main form[method=post]") == []


def test_a_request_for_oneself_or_another_needs_no_family(citizen: Client, services: Stubs) -> None:
    services["accounts.profile"] = services.answers["accounts.profile"] | {"family_members": []}

    assert citizen.page("/demarches/changement-telephones").select_one("main form[method=post] button") is not None
