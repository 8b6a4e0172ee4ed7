"""A visitor goes through the steps: nothing typed is lost, what is wrong is said where it is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from services.chassis.errors import Unavailable
from services.requests.schemas.refusals import SaveNotReceivedYet
from tests.support.demo_town import DRAFT, NOW, definition
from tests.support.drafts import Drafts
from tests.support.filing import HALL, ROAD, begin, choose_slot
from tests.support.filled import valid_answers
from tests.support.judge import Client, held_values
from tests.support.stubs import Stubs


def test_typed_values_are_kept_and_their_errors_lead_to_their_fields(visitor: Client, drafts: Drafts) -> None:
    begin(visitor)

    sent = visitor.submit(f"{ROAD}/etape/informations", "form#formulaire", given_names="Ariel", email="pas une adresse")

    assert sent.location == f"{ROAD}/etape/informations?verifier=1#erreurs"
    page = visitor.page(sent.location)
    assert page.select_one("input[name=given_names]")["value"] == "Ariel"
    assert page.select_one("input[name=email]")["value"] == "pas une adresse"
    links = [link["href"] for link in page.select(".error-summary a")]
    assert "#z-email" in links
    assert page.select_one("#z-email")["aria-invalid"] == "true"


def test_only_the_line_of_an_address_that_is_wrong_is_marked(visitor: Client) -> None:
    begin(visitor)
    where = {"lieu.line1": "2 quai de l’Orne", "lieu.postcode": "ABC", "lieu.city": "Saint-Aubin-sur-Orne"}

    sent = visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", **where)

    page = visitor.page(sent.location)
    wrong = page.select(".address [aria-invalid]")
    assert [line["name"] for line in wrong] == ["lieu.postcode"]
    assert "cinq chiffres" in page.select_one(f"#{wrong[0]['aria-describedby']}").get_text()
    link = page.select_one(".error-summary a[href='#z-lieu-postcode']")
    assert link.get_text() == "Adresse la plus proche\u00a0: indiquez un code postal à cinq chiffres."


def test_an_applicant_can_give_an_address_abroad(visitor: Client) -> None:
    birth = "/demarches/acte-naissance"
    begin(visitor, birth)
    country = visitor.page(f"{birth}/etape/informations").select_one("select[name='address.country']")
    assert country.select_one("option[selected]").get_text() == country.option.get_text() == "France"
    where = {"line1": "1 rue Haute", "postcode": "1000 AA", "city": "Bruxelles", "country": "BE"}
    who = {"given_names": "Ariel", "birth_name": "Nouveau", "email": "ariel@courriel.example"}

    sent = visitor.submit(
        f"{birth}/etape/informations",
        "form#formulaire",
        **who,
        **{f"address.{part}": typed for part, typed in where.items()},
    )

    assert sent.location == f"{birth}/etape/demande"
    again = visitor.page(f"{birth}/etape/informations")
    assert again.select_one("select[name='address.country'] option[selected]").get_text() == "Belgique"
    assert not again.select_one("[name='address.postcode']").has_attr("inputmode")
    assert "Belgique" in visitor.page(f"{birth}/etape/recapitulatif").select_one("main").get_text()


def test_a_step_prefills_the_town_shows_text_lengths_and_hides_unasked_questions(visitor: Client) -> None:
    begin(visitor)

    page = visitor.page(f"{ROAD}/etape/demande")

    assert page.select_one("select[name='lieu.country']") is None
    assert page.select_one("[name='lieu.postcode']")["value"] == "61990"

    description = page.select_one("[data-count=z-description]")

    assert description.get_text() == "De 10 à 1\u202f000 caractères."

    lamp = page.select_one("fieldset[data-when]:has([name=numero_candelabre])")

    assert lamp.has_attr("hidden")
    assert lamp.has_attr("disabled")


def test_without_scripts_a_button_asks_the_questions_that_an_answer_calls_for(visitor: Client) -> None:
    begin(visitor)

    sent = visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", type_probleme="eclairage", action="actualiser")

    page = visitor.page(sent.location)
    lamp = page.select_one("fieldset[data-when]:has([name=numero_candelabre])")
    assert not lamp.has_attr("hidden")
    assert page.select_one(".error-summary") is None


def test_without_scripts_no_button_names_a_hidden_question(visitor: Client) -> None:
    begin(visitor, "/demarches/acte-naissance")

    page = visitor.page("/demarches/acte-naissance/etape/demande")

    hidden = [question.select_one("label, legend").get_text() for question in page.select("fieldset[hidden]")]
    buttons = " ".join(button.get_text() for button in page.select("button[value=actualiser]"))
    assert any("Vous êtes" in label for label in hidden)
    assert "Vous êtes" not in buttons


def _states_of_steps(page: Any) -> dict[str, str]:
    """What the list of steps says of each that is not the present one."""
    links = {link["href"].rpartition("/")[2]: link for link in page.select(".steps li > a")}
    return {
        step: "done" if "terminée" in link.get_text() else "to complete" if "À compléter" in link.get_text() else ""
        for step, link in links.items()
    }


def test_a_visited_step_with_errors_is_to_be_completed(visitor: Client) -> None:
    begin(visitor)
    visitor.submit(f"{ROAD}/etape/informations", "form#formulaire", given_names="Ariel", email="pas une adresse")

    page = visitor.page(f"{ROAD}/etape/demande")

    assert _states_of_steps(page) == {"signalement-voirie": "done", "informations": "to complete", "recapitulatif": ""}
    assert page.select_one(".steps li.is-to-complete .steps__state .icon") is not None


def test_a_step_that_lacks_a_piece_is_to_be_completed(visitor: Client, services: Stubs, drafts: Drafts) -> None:
    birth = "/demarches/acte-naissance"
    begin(visitor, birth)
    visitor.submit(
        f"{birth}/etape/demande", "form#formulaire", **valid_answers(definition("acte-naissance"), NOW.date())
    )

    seen = _states_of_steps(visitor.page(f"{birth}/etape/informations"))
    services["documents.draft_documents"] = Unavailable()
    unknown = _states_of_steps(visitor.page(birth))
    piece = {
        "id": DRAFT,
        "piece": "piece-identite",
        "label": "Pièce d’identité",
        "files": [{"id": DRAFT, "name": "cni.pdf", "size": 1, "type": "application/pdf"}],
    }
    services["documents.draft_documents"] = {"documents": [piece]}
    complete = _states_of_steps(visitor.page(f"{birth}/etape/informations"))

    assert (seen["demande"], unknown["demande"], complete["demande"]) == ("to complete", "done", "done")


def test_a_slot_that_was_given_up_leaves_its_step_to_be_completed(citizen: Client, drafts: Drafts) -> None:
    begin(citizen, HALL)
    choose_slot(citizen)
    kept = drafts.kept["location-salle"]
    drafts.kept["location-salle"] = replace(kept, held=replace(kept.held, until=NOW - timedelta(minutes=1)))

    assert _states_of_steps(citizen.page(f"{HALL}/etape/informations"))["rendez-vous"] == "to complete"


def test_a_page_waits_for_what_was_just_saved(visitor: Client, services: Stubs, drafts: Drafts) -> None:
    begin(visitor)
    saving = "0d6f1e5a-0000-4000-8000-00000000abcd"
    visitor.set_cookie("parvis-saisie", saving, path="/demarches/")

    visitor.page(f"{ROAD}/etape/demande")

    assert {"procedure": "signalement-voirie", "after": saving} in services.bodies("requests.draft_for")


def test_a_step_is_shown_though_an_awaited_save_never_comes(visitor: Client, services: Stubs, drafts: Drafts) -> None:
    def find(body: dict[str, str], actor: Any) -> Any:
        if "after" in body:
            raise SaveNotReceivedYet
        return drafts.find(body, actor)

    begin(visitor)
    services["requests.draft_for"] = find
    visitor.set_cookie("parvis-saisie", "0d6f1e5a-0000-4000-8000-00000000abcd", path="/demarches/")

    assert visitor.get(f"{ROAD}/etape/demande").status_code == 200


def test_a_step_unknown_to_the_procedure_is_not_found(visitor: Client, drafts: Drafts) -> None:
    begin(visitor)
    form = held_values(visitor.page(f"{ROAD}/etape/informations").select_one("form#formulaire"))
    none = f"{ROAD}/etape/rendez-vous"

    for action in ({}, {"action": "passer"}, {"action": "voir"}, {"creneau": "2026-11-30T13:00:00+00:00"}):
        assert visitor.post(none, data=form | action).status_code == 404
    assert visitor.get(none).status_code == 404


@pytest.mark.parametrize("typed", ["\nX: y", "\r\n", "é", "1&x=2#3", "%0A", "\0"])
def test_typed_values_are_escaped_in_the_address_of_a_redirection(citizen: Client, typed: str) -> None:
    begin(citizen, HALL)
    start = citizen.page(f"{HALL}/etape/rendez-vous").select_one("input[name=creneau]")["value"]

    week = citizen.submit(f"{HALL}/etape/rendez-vous", "main form", creneau=start, action="voir", semaine=typed)
    piece = citizen.submit(f"{HALL}/etape/demande", "form#formulaire", action=f"piece:{typed}")

    assert week.location == f"{HALL}/etape/rendez-vous?semaine={quote_plus(typed)}#choix"
    assert piece.location == f"{HALL}/etape/demande#piece-{quote(typed)}"
