"""Who may ask, and with which details."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from services.procedures.schemas.definitions.procedures import APPLICANT_NAMES, Procedure
from services.requests.forms import applicant
from services.requests.schemas.own_data import Line
from tests.support import anything, published

TODAY = date(2026, 11, 25)
NO_NAME = "Écrivez ce nom avec des lettres, des espaces, des tirets ou des apostrophes."
ADDRESS = {"line1": "1 rue Haute", "line2": "", "postcode": "61990", "city": "Saint-Aubin-sur-Orne", "country": "FR"}


def asked(kinds: list[str], identity: str, *details: str) -> Procedure:
    """`details`: what is declared; of none, the identity says it."""
    asks = {"asks": dict.fromkeys(details, "Pour une raison.")} if details else {}
    return published.procedure("acte-naissance", applicant={"kinds": kinds, "identity": identity, **asks})


CONTACT_ONLY = asked(["person"], "contact")
FULL = asked(["person", "company", "association"], "full")
APPOINTMENT = asked(["person"], "contact", "given_names", "usage_name", "email", "phone")
DEED = asked(["person"], "full", "given_names", "birth_name", "usage_name", "birth_date", "address", "email")
ARIEL = {
    "kind": "person",
    "civility": "madame",
    "given_names": "Ariel",
    "birth_name": "Nouveau",
    "email": "ariel@courriel.example",
    "phone": "0639981099",
    "address": ADDRESS,
}


def clean(raw: dict[str, Any], definition: Procedure = FULL) -> tuple[dict[str, Any], dict[str, str]]:
    return applicant.clean(definition, raw, today=TODAY)


def test_a_name_and_an_email_are_enough_to_report_a_problem() -> None:
    raw = {"given_names": "Ariel", "usage_name": "Nouveau", "email": "ariel@courriel.example"}

    values, errors = clean(raw, CONTACT_ONLY)

    assert errors == {}
    assert values == {**raw, "kind": "person"}


def test_a_full_identity_is_kept_with_its_phone_in_national_form() -> None:
    values, errors = clean(ARIEL)

    assert errors == {}
    assert values == ARIEL | {"phone": "06 39 98 10 99", "preferred_contact": "email"}


def test_an_unasked_detail_is_dropped_and_refused_to_programs() -> None:
    values, errors = clean(ARIEL, APPOINTMENT)

    assert errors == {}
    assert values == {
        "kind": "person",
        "given_names": "Ariel",
        "usage_name": "Nouveau",
        "email": "ariel@courriel.example",
        "phone": "06 39 98 10 99",
        "preferred_contact": "email",
    }
    assert set(applicant.not_asked(APPOINTMENT, ARIEL)) == {"civility", "address"}
    assert set(applicant.not_asked(APPOINTMENT, ARIEL, at_counter=True)) == {"civility"}
    assert set(applicant.not_asked(DEED, ARIEL)) == {"civility", "phone"}


def test_the_civil_status_is_mandatory_where_it_is_declared() -> None:
    assert clean(ARIEL, DEED)[1] == {"birth_date": "Indiquez votre date de naissance."}
    assert clean({**ARIEL, "birth_date": "1990-04-12", "preferred_contact": "postal"}, DEED)[1] == {}
    assert "preferred_contact" in clean({**ARIEL, "birth_date": "1990-04-12", "preferred_contact": "phone"}, DEED)[1]


@pytest.mark.parametrize(
    ("given", "phone"),
    [
        ({"mobile_phone": "1", "home_phone": "2"}, "1"),
        ({"mobile_phone": "1", "home_phone": "2", "preferred_contact": "home_phone"}, "2"),
        ({"mobile_phone": "", "work_phone": "3", "preferred_contact": "home_phone"}, "3"),
        ({"phone": "4", "mobile_phone": "1", "preferred_contact": "mobile_phone"}, "4"),
        ({"phone": "", "mobile_phone": ""}, ""),
    ],
)
def test_a_request_has_one_number_the_preferred_one_or_else_the_first(given: dict[str, str], phone: str) -> None:
    known = applicant.with_one_phone({**given, "email": "ariel@courriel.example"})

    preferred = {"preferred_contact": "phone"} if "preferred_contact" in given else {}
    assert known == {"email": "ariel@courriel.example", "phone": phone, **preferred}


def test_a_number_that_is_kept_under_two_names_is_read_once() -> None:
    typed = {"email": "ariel@courriel.example", "phone": "06 39 98 10 99", "preferred_contact": "phone"}
    kept = {**typed, "mobile_phone": "06 39 98 10 99", "preferred_contact": "mobile_phone"}

    (contact,) = applicant.labelled(kept)

    assert applicant.without_name_before(kept) == typed

    assert [(line.label, line.value) for line in contact.lines] == [
        ("Courriel", "ariel@courriel.example"),
        ("Téléphone", "06 39 98 10 99"),
        ("Moyen de contact préféré", "Téléphone"),
    ]


def test_the_numbers_that_the_release_before_kept_are_all_read() -> None:
    filed = {"mobile_phone": "06 39 98 10 99", "home_phone": "02 61 91 10 00", "preferred_contact": "home_phone"}

    (contact,) = applicant.labelled(filed)

    assert [line.label for line in contact.lines] == ["Téléphone mobile", "Téléphone fixe", "Moyen de contact préféré"]


def test_of_a_profile_what_is_asked_is_taken_over() -> None:
    profile = {**ARIEL, "usage_name": "Nouvel", "home_phone": "", "preferred_contact": "postal"}

    assert applicant.asked_of(APPOINTMENT, profile) == {
        "kind": "person",
        "given_names": "Ariel",
        "usage_name": "Nouvel",
        "email": "ariel@courriel.example",
        "phone": "0639981099",
        "preferred_contact": "email",
    }
    assert "preferred_contact" not in applicant.asked_of(CONTACT_ONLY, profile)
    assert applicant.asked_of(DEED, profile)["preferred_contact"] == "postal"
    assert applicant.asked_of(FULL, {}) == {}


@pytest.mark.parametrize(
    ("detail", "typed", "sentence"),
    [
        *((name, "Ar1el", NO_NAME) for name in ("given_names", "birth_name", "usage_name")),
        ("birth_date", "2026-11-26", "La date de naissance ne peut pas être dans l’avenir."),
        ("birth_place", "a\x07b", "Retirez les caractères invisibles de cette réponse."),
        ("email", "ariel@courriel", "Écrivez une adresse complète, par exemple prenom.nom@exemple.fr."),
        ("organisation.name", "www.evil.example", "Écrivez le nom de l’organisme, sans adresse de site."),
    ],
)
def test_each_detail_is_read_by_the_rules_of_a_person(detail: str, typed: str, sentence: str) -> None:
    """What those rules are: `tests/unit/accounts/test_citizen.py`."""
    company = {"kind": "company", "organisation.siret": "12345678901234", "organisation.name": "Exemple.fr & Cie 61"}
    assert clean({**ARIEL, **company, detail: typed})[1] == {detail: sentence}


def test_who_lives_abroad_gives_an_address_there() -> None:
    brussels = {"line1": "1 rue Haute", "line2": "", "postcode": "1000", "city": "Bruxelles", "country": "be"}

    values, errors = clean({**ARIEL, "address": brussels})

    assert errors == {}
    address = next(section for section in applicant.labelled(values) if section.title == "Adresse")
    assert address.lines == (Line(label="Adresse", value="1 rue Haute\n1000 Bruxelles\nBelgique"),)


def test_mandatory_details_are_named_and_others_refused() -> None:
    assert set(clean({})[1]) == {"given_names", "birth_name", "email", "address"}
    assert "kind" in clean({**ARIEL, "kind": "company"}, asked(["person"], "full"))[1]
    assert clean({**ARIEL, "email": "", "preferred_contact": "postal"})[1] == {"email": "Indiquez votre courriel."}
    assert applicant.not_asked(FULL, {"given_names": "Ariel", "address.city": "Ici", "shoe_size": "40"}) == {
        "shoe_size": "Ce renseignement n’est pas demandé."
    }


def test_an_organisation_gives_its_number() -> None:
    raw = {**ARIEL, "kind": "association", "organisation.name": "Les Rameurs", "organisation.rna": "w619999999"}

    values, errors = clean(raw)

    assert errors == {}
    assert values["organisation"] == {"name": "Les Rameurs", "rna": "W619999999"}
    assert clean({**ARIEL, "kind": "company", "organisation": {"name": "Atelier"}})[1] == {
        "organisation.siret": "Indiquez le numéro SIRET de l’entreprise."
    }


@given(raw=anything.typed(sorted(APPLICANT_NAMES)))
def test_no_input_ever_breaks_the_applicants_details(raw: dict[str, Any]) -> None:
    for definition in (FULL, CONTACT_ONLY, APPOINTMENT, DEED):
        values, errors = clean(raw, definition)
        applicant.labelled(values)
        applicant.not_asked(definition, raw)
        applicant.asked_of(definition, raw)

        assert all(isinstance(sentence, str) for sentence in errors.values())


@pytest.mark.parametrize("preferred", ["email", "postal"])
def test_a_phone_is_asked_only_of_who_prefers_to_be_called(preferred: str) -> None:
    assert clean({**without("phone"), "preferred_contact": preferred})[1] == {}


def test_the_preferred_contact_is_asked_where_it_is_filled_in() -> None:
    said = "Indiquez ce numéro, ou choisissez un autre moyen de contact."
    for means in ("phone", "home_phone"):
        assert clean({**without("phone"), "preferred_contact": means})[1] == {"phone": said}
    company = {
        **ARIEL,
        "kind": "company",
        "organisation": {"name": "Atelier", "siret": "12345678901234"},
        "address": {},
    }
    assert clean({**company, "preferred_contact": "email"})[1] == {}
    assert set(clean({**company, "preferred_contact": "postal"})[1]) == {"address"}


@pytest.mark.parametrize("raw", [{"address": "x"}, {"organisation": "x", "kind": "company"}, {"given_names": ["x"]}])
def test_values_of_a_wrong_type_are_errors_not_failures(raw: dict[str, Any]) -> None:
    assert clean({**ARIEL, **raw})[1]


def test_the_name_in_use_is_how_the_town_writes_to_a_person() -> None:
    assert applicant.full_name({"given_names": "Jo", "birth_name": "Essai", "usage_name": "Maquette"}) == "Jo Maquette"


def test_details_are_read_by_section_and_only_those_that_are_asked() -> None:
    sections = applicant.labelled(clean(ARIEL)[0])

    assert [section.title for section in sections] == ["Identité", "Adresse", "Moyens de contact"]
    assert Line(label="Courriel", value="ariel@courriel.example") in sections[2].lines
    raw = {"given_names": "Ariel", "usage_name": "Nouveau", "email": "ariel@courriel.example"}
    sections = applicant.labelled(clean(raw, CONTACT_ONLY)[0])
    labels = [line.label for section in sections for line in section.lines]
    assert labels == ["Prénoms", "Nom", "Courriel"]


def at_counter(raw: dict[str, Any], definition: Procedure = FULL) -> tuple[dict[str, Any], dict[str, str]]:
    return applicant.clean(definition, raw, today=TODAY, at_counter=True)


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ARIEL.items() if name not in names}


def test_at_the_counter_a_person_without_email_address_gives_a_postal_one() -> None:
    values, errors = at_counter(without("email", "phone"))

    assert errors == {}
    assert "email" not in values
    assert values["preferred_contact"] == "postal"
    raw = {
        **without("email", "address"),
        "kind": "association",
        "organisation": {"name": "Rameurs", "rna": "W619999999"},
    }
    assert at_counter(raw)[1] == {"address": "Indiquez l’adresse de la personne."}
    faults = at_counter({**without("email"), "preferred_contact": "email"})[1]
    assert faults == {"email": "Indiquez le courriel, ou choisissez un autre moyen de contact."}


@pytest.mark.parametrize("definition", [FULL, CONTACT_ONLY], ids=["full", "contact"])
def test_at_the_counter_a_person_without_email_gives_a_postal_address(definition: Procedure) -> None:
    raw = {"given_names": "Ariel", "birth_name": "Nouveau"}

    assert at_counter(raw, definition)[1] == {"address": "Indiquez l’adresse de la personne."}
    assert at_counter({**raw, "address": ADDRESS}, definition)[1] == {}


def test_at_the_counter_an_email_address_is_checked_and_changes_nothing_else() -> None:
    assert at_counter(ARIEL) == clean(ARIEL)
    assert list(at_counter({**ARIEL, "email": "ariel"})[1]) == ["email"]
    assert at_counter({"email": "ariel@courriel.example"})[1] == {
        "given_names": "Indiquez les prénoms de la personne.",
        "birth_name": "Indiquez le nom de naissance de la personne.",
        "address": "Indiquez l’adresse de la personne.",
    }


@pytest.mark.parametrize(
    ("email", "preferred", "said"),
    [
        ("camille@courriel.example", "phone", "une nouvelle ou un rappel"),
        ("camille@courriel.example", "mobile_phone", "une nouvelle ou un rappel"),
        ("camille@courriel.example", "postal", "Les rappels, eux, partent par courriel seul."),
        ("", "phone", "aucun rappel"),
        ("", "postal", "aucun rappel"),
        ("camille@courriel.example", "email", None),
    ],
)
def test_who_prefers_the_post_or_the_phone_reads_how_news_and_reminders_come(
    email: str, preferred: str, said: str | None
) -> None:
    numbers = dict.fromkeys(("phone", "mobile_phone"), "06 39 98 10 01")
    text = applicant.reached({"email": email, "preferred_contact": preferred, **numbers})
    assert text is said is None or said in text
