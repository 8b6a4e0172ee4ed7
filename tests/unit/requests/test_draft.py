"""What is typed at one step is not asked again at the next."""

from datetime import UTC, date, datetime

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.drafts import rules as draft
from tests.support.filled import ADDRESS
from tests.unit.requests.test_answers import PROCEDURES
from tests.unit.requests.test_conflicts import of

BULKY = PROCEDURES["enlevement-encombrants"]
BIRTH = PROCEDURES["acte-naissance"]
SCHOOL = PROCEDURES["inscription-scolaire"]
ELSEWHERE = {"line1": "2 quai de l’Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"}
ARIEL = {"given_names": "Ariel", "birth_name": "Nouveau", "birth_date": "1990-04-12"}


def opened(definition: Procedure) -> draft.Typed:
    """As a visitor begins, of whom nothing is known."""
    return draft.opened(definition, None, None)


def test_the_address_of_a_visitor_is_proposed_where_the_form_asks_for_one() -> None:
    sent = {f"address.{part}": value for part, value in ADDRESS.items()}

    typed = draft.saved(opened(BULKY), BULKY, "applicant", sent)

    assert typed.answers["lieu"] == ADDRESS


def test_names_and_birth_of_a_visitor_are_proposed_and_follow_a_correction() -> None:
    typed = draft.saved(opened(BIRTH), BIRTH, "applicant", ARIEL)

    assert {name: typed.answers[name] for name in ("nom_naissance", "prenoms", "date_naissance")} == {
        "nom_naissance": "Nouveau",
        "prenoms": "Ariel",
        "date_naissance": "1990-04-12",
    }
    typed = draft.saved(typed, BIRTH, "applicant", {**ARIEL, "birth_name": "Nouvel"})
    assert typed.answers["nom_naissance"] == "Nouvel"


def test_prefill_replaces_no_typed_answer_and_no_address_in_parts() -> None:
    typed = draft.saved(opened(BIRTH), BIRTH, "request", {"nom_naissance": "Autre", "prenoms": "  "})

    typed = draft.saved(typed, BIRTH, "applicant", ARIEL)

    assert typed.answers["nom_naissance"] == "Autre"
    assert typed.answers["prenoms"] == "Ariel"
    sent = {f"lieu.{part}": value for part, value in ELSEWHERE.items()}
    typed = draft.saved(opened(BULKY), BULKY, "request", sent)
    typed = draft.saved(typed, BULKY, "applicant", {"address": ADDRESS})
    assert typed.answers["lieu"] == ELSEWHERE


def test_an_applicant_that_is_kept_unchanged_takes_nothing_over_again() -> None:
    typed = draft.saved(opened(BIRTH), BIRTH, "applicant", ARIEL)
    typed = draft.saved(typed, BIRTH, "request", {**typed.answers, "prenoms": ""})

    assert draft.saved(typed, BIRTH, "applicant", ARIEL).answers["prenoms"] == ""
    assert draft.saved(typed, BIRTH, "applicant", {**ARIEL, "given_names": "Alix"}).answers["prenoms"] == "Alix"


def test_a_draft_of_an_earlier_release_has_its_number_once() -> None:
    sent = {**ARIEL, "phone": "06 39 98 10 99", "preferred_contact": "phone"}
    kept = draft.saved(opened(BIRTH), BIRTH, "applicant", sent).to_json()
    assert kept["applicant"] == sent

    twice = {**sent, "mobile_phone": sent["phone"], "preferred_contact": "mobile_phone"}
    assert draft.Typed.from_json({**kept, "applicant": twice}).applicant == sent, "and so the marks are the same"
    before = {**ARIEL, "home_phone": "02 61 91 10 00", "preferred_contact": "home_phone"}
    assert draft.Typed.from_json({**kept, "applicant": before}).applicant == before


def test_the_first_step_keeps_the_answers_to_what_it_asks_and_no_other() -> None:
    typed = draft.saved(opened(BIRTH), BIRTH, "request", {"nombre": 2})

    typed = draft.saved(typed, BIRTH, "procedure", {"commune_evenement": "ici", "prenoms": "Ariel", "member": None})

    assert typed.answers == {"nombre": 2, "commune_evenement": "ici"}
    sent = {"commune_evenement": "ici", "prenoms": "Ariel", "member": None}
    refused = draft.not_asked(of(typed), BIRTH, "procedure", sent, today=date(2026, 11, 24))
    assert list(refused) == ["prenoms"]


def test_a_procedure_about_a_child_is_refused_for_a_spouse() -> None:
    dominique = {"given_names": "Dominique", "birth_name": "Specimen"}

    wrong = draft.member_errors(SCHOOL, {**dominique, "relation": "spouse"})

    assert wrong == {"member": "Cette démarche ne se fait pas pour ce membre de votre famille. Choisissez-en un autre."}
    assert draft.member_errors(SCHOOL, {**dominique, "relation": "child"}) == {}
    assert draft.member_errors(SCHOOL, {**dominique, "relation": "other"}) == {}, "a ward of theirs"
    assert draft.member_errors(SCHOOL, dominique) == {}


def test_a_list_shows_the_steps_of_a_draft_and_no_typed_value() -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    typed = draft.saved(opened(BULKY), BULKY, "applicant", {**ARIEL, "email": "ariel@courriel.example"})

    item = draft.list_item(of(typed), BULKY, offered=True, labels={}, now=now)

    assert item.procedure_title == BULKY.title
    assert {step.slug: step.state for step in item.steps}["request"] == "todo"
    assert "Ariel" not in str(item)
