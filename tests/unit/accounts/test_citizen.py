from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from services.accounts.spaces.citizen import read_profile

TODAY = date(2026, 11, 25)
LETTERS = "Écrivez ce nom avec des lettres, des espaces, des tirets ou des apostrophes."
TEN_FIGURES = "Indiquez un numéro à dix chiffres, ou précédé de + et de l’indicatif du pays."

FORM: dict[str, Any] = {
    "identity": {
        "civility": "madame",
        "birth_name": "Exemple",
        "usage_name": "",
        "given_names": "Camille",
        "birth_date": "1987-04-12",
    },
    "address": {"line1": "7 rue du Pont-Neuf", "postcode": "61 990", "city": "Saint-Aubin-sur-Orne"},
    "contact": {"email": "camille.exemple@courriel.example", "mobile_phone": "0639981001"},
    "preferred_contact": "email",
}


def errors_of(section: str, **values: object) -> dict[str, str]:
    form = deepcopy(FORM)
    form[section].update(values)
    return read_profile(form, today=TODAY)[1]


def test_a_good_form_becomes_a_tidy_profile() -> None:
    profile, errors = read_profile(FORM, today=TODAY)
    assert errors == {}
    assert profile is not None
    assert profile.identity.usage_name == "Exemple"
    assert profile.address.postcode == "61990"
    assert profile.address.country == "FR"
    assert profile.contact.mobile_phone == "06 39 98 10 01"


def test_an_empty_form_names_every_mandatory_field_at_once() -> None:
    profile, errors = read_profile({}, today=TODAY)
    assert profile is None
    assert set(errors) == {
        "identity.birth_name",
        "identity.given_names",
        "identity.birth_date",
        "address.line1",
        "address.postcode",
        "address.city",
        "contact.email",
        "preferred_contact",
    }


@pytest.mark.parametrize(
    ("section", "field", "value", "sentence"),
    [
        ("identity", "civility", "maître", "Choisissez une réponse de la liste."),
        *(
            ("identity", "birth_name", name, LETTERS)
            for name in ("R2D2", "https://evil.example/gain", "HTTP://x", "<b>Ariel</b>", "--", "a@b")
        ),
        *(
            ("identity", "birth_name", name, "Mettez une espace après le point.")
            for name in ("M.Dupont", "www.evil.example", "evil.example", "St.John")
        ),
        ("identity", "birth_name", "a" * 101, "Écrivez 100 caractères au plus."),
        (
            "identity",
            "birth_date",
            "1987-02-30",
            "Indiquez une date qui existe, avec l’année en quatre chiffres, par exemple 24/11/2026.",
        ),
        ("identity", "birth_date", "2026-11-26", "La date de naissance ne peut pas être dans l’avenir."),
        ("identity", "birth_date", "1887-01-01", "Vérifiez l’année de naissance."),
        ("address", "postcode", "6199", "Indiquez un code postal à cinq chiffres."),
        ("address", "country", "FRA", "Choisissez un pays de la liste."),
        ("address", "line1", "rue\u0007du Pont", "Retirez les caractères invisibles de cette réponse."),
        *(
            ("contact", "email", email, "Écrivez une adresse complète, par exemple prenom.nom@exemple.fr.")
            for email in ("ariel", "ariel@", "a b@courriel.example", "ariel@courriel", "x\n@courriel.example")
        ),
        *(("contact", "home_phone", phone, TEN_FIGURES) for phone in ("bonjour", "02 61")),
    ],
)
def test_a_wrong_field_is_refused_in_one_sentence(section: str, field: str, value: str, sentence: str) -> None:
    assert errors_of(section, **{field: value})[f"{section}.{field}"] == sentence


NAMES = ["Le Goff", "d’Arc", "Nguyễn", "Saint-Jean", "Müller", "J. P.", "Marie-Ange, Zoé", "Jean‑Noël", "'t Hooft"]
NAMES += ["O'Brien", "Gal·la", "J.-P.", "J.R.R.", "St. John", "Zoe\u0308", "नेहा"]


@pytest.mark.parametrize("name", NAMES)
def test_real_names_are_accepted(name: str) -> None:
    assert errors_of("identity", birth_name=name) == {}


def test_an_organisation_is_called_by_no_address_of_a_site() -> None:
    def errors(name: str) -> dict[str, str]:
        return read_profile({**FORM, "organisation": {"kind": "association", "name": name}}, today=TODAY)[1]

    assert errors("Club du Pont.fr") == {}
    assert errors("www.club.example") == {"organisation.name": "Écrivez le nom de l’organisme, sans adresse de site."}


def test_a_foreign_address_and_phone_are_kept_as_their_country_writes_them() -> None:
    form = deepcopy(FORM)
    form["address"].update(postcode="SW1A 1AA", country="gb")
    form["contact"].update(home_phone="+32 470 12 34 56")
    profile, errors = read_profile(form, today=TODAY)
    assert errors == {}
    assert profile is not None
    assert profile.address.postcode == "SW1A 1AA"
    assert profile.contact.home_phone == "+32 470 12 34 56"
    assert errors_of("address", postcode="", country="AE") == {}
    assert errors_of("address", postcode="", country="FR") == {
        "address.postcode": "Indiquez un code postal à cinq chiffres."
    }


def test_the_preferred_means_is_one_of_the_list_and_filled_in() -> None:
    _, errors = read_profile({**FORM, "preferred_contact": "home_phone"}, today=TODAY)
    assert errors == {
        "preferred_contact": "Renseignez votre téléphone fixe, ou choisissez un autre moyen de contact préféré."
    }
    _, errors = read_profile({**FORM, "preferred_contact": "pigeon"}, today=TODAY)
    assert errors == {"preferred_contact": "Choisissez votre moyen de contact préféré."}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries({"identity": JSON, "address": JSON, "contact": JSON, "preferred_contact": JSON}))
def test_any_form_is_read_or_refused_without_failing(form: dict[str, Any]) -> None:
    profile, errors = read_profile(form, today=TODAY)
    assert (profile is None) == bool(errors)
