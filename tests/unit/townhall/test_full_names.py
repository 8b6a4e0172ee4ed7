"""How a person and a town hall are called."""

import pytest

from services.townhall.names import full_name, initials, town_hall


def test_a_person_is_called_by_given_names_and_the_name_in_use_or_of_birth() -> None:
    assert full_name({"given_names": "Camille", "birth_name": "Exemple", "usage_name": "Modèle"}) == "Camille Modèle"
    assert full_name({"given_names": "Camille", "birth_name": "Exemple", "usage_name": ""}) == "Camille Exemple"
    assert full_name({}) == ""


@pytest.mark.parametrize(
    ("town", "called"),
    [
        ("Saint-Aubin-sur-Orne", "Mairie de Saint-Aubin-sur-Orne"),
        ("Aube", "Mairie d’Aube"),
        ("Écouché", "Mairie d’Écouché"),
        ("Le Mans", "Mairie du Mans"),
        ("Les Andelys", "Mairie des Andelys"),
        ("La Ferté-Macé", "Mairie de La Ferté-Macé"),
    ],
)
def test_a_town_hall_is_named_as_french_has_it(town: str, called: str) -> None:
    assert town_hall(town) == called


@pytest.mark.parametrize(("town", "letters"), [("Saint-Aubin-sur-Orne", "SA"), ("Aube", "A"), ("Le Mans", "LM")])
def test_the_shield_of_a_town_has_its_first_two_capitals(town: str, letters: str) -> None:
    assert initials(town) == letters
