"""A misspelt word is read as the one that was meant, and as none rather than as a wrong one."""

import pytest

from services.townhall.search_words import nearest

KNOWN = ("ordures", "poule", "vendredi", "trois", "encombrants", "lampadaire", "cantine", "travaux")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ordrue", "ordures"),  # two letters swapped, and the plural
        ("oridures", "ordures"),
        ("cantinne", "cantine"),
        ("lampadere", "lampadaire"),
        ("encombrent", "encombrants"),
        ("travau", "travaux"),
    ],
)
def test_a_word_with_one_or_two_wrong_letters_is_matched(typed: str, meant: str) -> None:
    assert nearest(typed, KNOWN) == meant


@pytest.mark.parametrize("typed", ["poubelle", "vendre", "zzzz"])
def test_a_word_with_more_wrong_letters_is_not_matched(typed: str) -> None:
    assert nearest(typed, KNOWN) is None


def test_the_first_of_equal_matches_is_taken_and_an_empty_list_has_none() -> None:
    assert nearest("passe", ["masse", "tasse"]) == "masse"
    assert nearest("ordure", []) is None
