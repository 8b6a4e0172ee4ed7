"""Who may ask, and with which details."""

from datetime import date
from typing import Any

import pytest

from services.requests import applicant

TODAY = date(2026, 11, 25)
ADDRESS = {"line1": "1 rue Haute", "line2": "", "postcode": "61990", "city": "Saint-Aubin-sur-Orne", "country": "FR"}
CONTACT_ONLY = {"applicant": {"kinds": ["person"], "identity": "contact"}}
FULL = {"applicant": {"kinds": ["person", "company", "association"], "identity": "full"}}
ARIEL = {
    "kind": "person",
    "civility": "madame",
    "given_names": "Ariel",
    "birth_name": "Nouveau",
    "email": "ariel@courriel.example",
    "mobile_phone": "0639981099",
    "address": ADDRESS,
}


def clean(raw: dict[str, Any], definition: dict[str, Any] = FULL) -> tuple[dict[str, Any], dict[str, str]]:
    return applicant.clean(definition, raw, today=TODAY)


def test_a_name_and_an_email_are_enough_to_report_a_problem() -> None:
    raw = {"given_names": "Ariel", "usage_name": "Nouveau", "email": "ariel@courriel.example"}

    values, errors = clean(raw, CONTACT_ONLY)

    assert errors == {}
    assert values == {**raw, "kind": "person"}


def test_a_full_identity_is_kept_with_phones_in_national_form() -> None:
    values, errors = clean(ARIEL)

    assert errors == {}
    assert values["mobile_phone"] == "06 39 98 10 99"


def test_nothing_typed_names_each_mandatory_detail() -> None:
    assert set(clean({})[1]) == {"given_names", "birth_name", "email", "address", "mobile_phone"}


def test_an_association_gives_its_rna_number() -> None:
    raw = {**ARIEL, "kind": "association", "organisation.name": "Les Rameurs", "organisation.rna": "w619999999"}

    values, errors = clean(raw)

    assert errors == {}
    assert values["organisation"] == {"name": "Les Rameurs", "rna": "W619999999"}


def test_a_company_gives_its_siret() -> None:
    assert clean({**ARIEL, "kind": "company", "organisation": {"name": "Atelier"}})[1] == {
        "organisation.siret": "Indiquez le numéro SIRET de l’entreprise."
    }


def test_a_kind_that_the_procedure_does_not_accept_is_refused() -> None:
    assert "kind" in clean({**ARIEL, "kind": "company"}, {"applicant": {"kinds": ["person"], "identity": "full"}})[1]


def test_the_preferred_contact_points_at_a_detail_that_is_filled_in() -> None:
    assert "preferred_contact" in clean({**ARIEL, "preferred_contact": "home_phone"})[1]
    assert "preferred_contact" not in clean({**ARIEL, "preferred_contact": "postal"})[1]


@pytest.mark.parametrize("email", ["ariel", "ariel@", "a b@courriel.example", "ariel@courriel", "x\n@courriel.example"])
def test_a_wrong_email_address_is_refused(email: str) -> None:
    assert clean({**ARIEL, "email": email})[1] == {"email": "Indiquez une adresse de la forme nom@domaine.fr."}


@pytest.mark.parametrize("raw", [{"address": "x"}, {"organisation": "x", "kind": "company"}, {"given_names": ["x"]}])
def test_values_of_a_wrong_type_are_errors_not_failures(raw: dict[str, Any]) -> None:
    assert clean({**ARIEL, **raw})[1]


def test_the_name_in_use_is_how_the_town_writes_to_a_person() -> None:
    assert applicant.full_name({"given_names": "Jo", "birth_name": "Essai", "usage_name": "Maquette"}) == "Jo Maquette"


def test_details_are_read_by_section() -> None:
    sections = applicant.labelled(clean(ARIEL)[0])

    assert [section["title"] for section in sections] == ["Identité", "Adresse", "Moyens de contact"]
    assert {"label": "Courriel", "value": "ariel@courriel.example"} in sections[2]["lines"]


def test_where_only_a_name_and_an_address_are_asked_no_other_word_is_read_back() -> None:
    raw = {"given_names": "Ariel", "usage_name": "Nouveau", "email": "ariel@courriel.example"}

    sections = applicant.labelled(clean(raw, CONTACT_ONLY)[0])

    labels = [line["label"] for section in sections for line in section["lines"]]
    assert labels == ["Prénoms", "Nom", "Courriel"]


def test_a_detail_that_nobody_asks_is_told() -> None:
    assert applicant.not_asked({"given_names": "Ariel", "address.city": "Ici", "shoe_size": "40"}) == {
        "shoe_size": "Ce renseignement n’est pas demandé."
    }
