import pytest
from hypothesis import given, strategies as st

from services.accounts.credentials.usernames import fault_of, fold

SIGNS = "Utilisez des lettres, des chiffres, et seulement les signes point, tiret, tiret bas ou @, sans espace."


@pytest.mark.parametrize(
    "same", ["Élodie.Dupré", "elodie.dupre", "ÉLODIE.DUPRÉ", " élodie.dupré ", "e\u0301lodie.dupre"]
)
def test_case_and_accents_do_not_make_another_name(same: str) -> None:
    assert fold(same) == "elodie.dupre"


def test_ligatures_are_the_letters_they_join() -> None:
    assert fold("Cœur") == fold("coeur")


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize("name", ["camille.exemple", "Élodie-2", "jo.essai@courriel.example", "abc"])
def test_ordinary_names_are_accepted(name: str) -> None:
    assert fault_of(name) is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Choisissez un nom d’utilisateur."),
        ("jo", "Choisissez un nom d’utilisateur d’au moins 3 caractères."),
        ("j" * 41, "Choisissez un nom d’utilisateur d’au plus 40 caractères."),
        ("deux mots", SIGNS),
        ("саmille", SIGNS),
    ],
)
def test_a_wrong_name_is_refused_with_its_reason(name: str, sentence: str) -> None:
    assert fault_of(name) == sentence
