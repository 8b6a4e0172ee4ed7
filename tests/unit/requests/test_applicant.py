"""Who may ask, and with which details."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.forms import applicant
from services.requests.schemas.own_data import Line
from tests.support import anything, published

TODAY = date(2026, 11, 25)
ADDRESS = {"line1": "1 rue Haute", "line2": "", "postcode": "61990", "city": "Saint-Aubin-sur-Orne", "country": "FR"}


def asked(kinds: list[str], identity: str) -> Procedure:
    return published.procedure("acte-naissance", applicant={"kinds": kinds, "identity": identity})


CONTACT_ONLY = asked(["person"], "contact")
FULL = asked(["person", "company", "association"], "full")
ARIEL = {
    "kind": "person",
    "civility": "madame",
    "given_names": "Ariel",
    "birth_name": "Nouveau",
    "email": "ariel@courriel.example",
    "mobile_phone": "0639981099",
    "address": ADDRESS,
}


def clean(raw: dict[str, Any], definition: Procedure = FULL) -> tuple[dict[str, Any], dict[str, str]]:
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


@pytest.mark.parametrize(
    ("born", "told"),
    [
        ("2026-11-26", "La date de naissance ne peut pas être dans l’avenir."),
        ("1787-04-12", "Vérifiez l’année de naissance."),
        ("1987-02-30", "Indiquez une date qui existe, par exemple 24/11/2026."),
    ],
    ids=["tomorrow", "long ago", "no day"],
)
def test_a_date_on_which_nobody_is_born_is_told_with_what_is_wrong(born: str, told: str) -> None:
    assert clean({**ARIEL, "birth_date": born})[1] == {"birth_date": told}


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
    assert applicant.not_asked({"given_names": "Ariel", "address.city": "Ici", "shoe_size": "40"}) == {
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


@pytest.mark.parametrize("name", ["given_names", "birth_place", "email", "organisation.name"])
def test_a_control_character_is_told_as_what_it_is(name: str) -> None:
    _, errors = clean({**ARIEL, "kind": "company", "organisation.siret": "12345678901234", name: "a\x07b"})

    assert errors[name] == "Retirez les caractères invisibles de cette réponse."


@given(raw=anything.typed(sorted(applicant.DETAILS)))
def test_no_input_ever_breaks_the_applicants_details(raw: dict[str, Any]) -> None:
    for definition in (FULL, CONTACT_ONLY):
        values, errors = clean(raw, definition)
        applicant.labelled(values)

        assert all(isinstance(sentence, str) for sentence in errors.values())
    applicant.not_asked(raw)


@pytest.mark.parametrize("preferred", ["email", "postal"])
def test_a_phone_is_asked_only_of_who_prefers_to_be_called(preferred: str) -> None:
    raw = {name: value for name, value in ARIEL.items() if name != "mobile_phone"} | {"preferred_contact": preferred}

    assert clean(raw)[1] == {}


def test_the_preferred_contact_is_asked_where_it_is_filled_in() -> None:
    said = "Indiquez ce numéro, ou choisissez un autre moyen de contact."
    assert clean({**ARIEL, "preferred_contact": "home_phone"})[1] == {"home_phone": said}
    company = {
        **ARIEL,
        "kind": "company",
        "organisation": {"name": "Atelier", "siret": "12345678901234"},
        "address": {},
    }
    assert clean({**company, "preferred_contact": "email"})[1] == {}
    assert set(clean({**company, "preferred_contact": "postal"})[1]) == {"address"}


@pytest.mark.parametrize("email", ["ariel", "ariel@", "a b@courriel.example", "ariel@courriel", "x\n@courriel.example"])
def test_a_wrong_email_address_is_refused(email: str) -> None:
    assert clean({**ARIEL, "email": email})[1] == {
        "email": "Écrivez une adresse complète, par exemple prenom.nom@exemple.fr."
    }


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


@pytest.mark.parametrize(
    "name",
    [
        "Marie-Ange, Zoé",
        "Jean‑Noël",
        "d’Arc",
        "'t Hooft",
        "O'Brien",
        "Gal·la",
        "J.-P.",
        "J.R.R.",
        "St. John",
        "Zoe\u0308",
        "नेहा",
    ],
)
def test_a_person_gives_the_name_that_is_theirs(name: str) -> None:
    assert clean({**ARIEL, "given_names": name, "usage_name": name})[1] == {}


@pytest.mark.parametrize("name", ["https://evil.example/gain", "HTTP://x", "Ar1el", "<b>Ariel</b>", "--", "a@b"])
@pytest.mark.parametrize("detail", ["given_names", "birth_name", "usage_name"])
def test_what_is_no_name_of_a_person_is_refused_for_it_stands_in_the_towns_mails(name: str, detail: str) -> None:
    told = "Écrivez ce nom avec des lettres, des espaces, des tirets ou des apostrophes."
    assert clean({**ARIEL, detail: name})[1] == {detail: told}


@pytest.mark.parametrize("name", ["www.evil.example", "evil.example", "St.John", "M.Dupont"])
def test_a_name_that_a_mail_would_show_as_an_address_has_a_space_after_its_point(name: str) -> None:
    assert clean({**ARIEL, "given_names": name})[1] == {"given_names": "Mettez une espace après le point."}
    assert clean({**ARIEL, "given_names": name.replace(".", ". ")})[1] == {}


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("Atelier & Cie 61", {}),
        ("Exemple.fr", {}),
        ("Gagnez https://evil.example", {"organisation.name": "Écrivez le nom de l’organisme, sans adresse de site."}),
        ("WWW.evil.example", {"organisation.name": "Écrivez le nom de l’organisme, sans adresse de site."}),
    ],
)
def test_an_organisation_is_called_by_figures_and_signs_too_but_by_no_address(
    name: str, errors: dict[str, str]
) -> None:
    raw = {**ARIEL, "kind": "company", "organisation": {"name": name, "siret": "12345678901234"}}
    assert clean(raw)[1] == errors


def at_counter(raw: dict[str, Any], definition: Procedure = FULL) -> tuple[dict[str, Any], dict[str, str]]:
    return applicant.clean(definition, raw, today=TODAY, at_counter=True)


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ARIEL.items() if name not in names}


def test_at_the_counter_a_person_without_email_address_gives_a_postal_one() -> None:
    values, errors = at_counter(without("email", "mobile_phone"))

    assert errors == {}
    assert "email" not in values
    assert values["preferred_contact"] == "postal"
    raw = {
        **without("email", "address"),
        "kind": "association",
        "organisation": {"name": "Rameurs", "rna": "W619999999"},
    }
    assert at_counter(raw)[1] == {"address": "Indiquez l’adresse de la personne."}
    told = at_counter({**without("email"), "preferred_contact": "email"})[1]
    assert told == {"email": "Indiquez le courriel, ou choisissez un autre moyen de contact."}


@pytest.mark.parametrize("definition", [FULL, CONTACT_ONLY], ids=["full", "contact"])
def test_at_the_counter_who_has_no_email_address_gives_a_postal_one(definition: Procedure) -> None:
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
        ("camille@courriel.example", "mobile_phone", "une nouvelle ou un rappel"),
        ("camille@courriel.example", "postal", "Les rappels, eux, partent par courriel seul."),
        ("", "mobile_phone", "aucun rappel"),
        ("", "postal", "aucun rappel"),
    ],
)
def test_who_prefers_the_post_or_the_phone_reads_how_news_and_reminders_come(
    email: str, preferred: str, said: str
) -> None:
    who = {"email": email, "preferred_contact": preferred, "mobile_phone": "06 39 98 10 01"}
    assert said in (applicant.reached(who) or "")


def test_who_prefers_mails_reads_nothing_of_it() -> None:
    assert applicant.reached({"email": "camille@courriel.example", "preferred_contact": "email"}) is None
