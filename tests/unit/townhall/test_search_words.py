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
def test_a_letter_or_two_away(typed: str, meant: str) -> None:
    assert nearest(typed, KNOWN) == meant


@pytest.mark.parametrize("typed", ["poubelle", "vendre", "zzzz"])
def test_farther_is_another_word(typed: str) -> None:
    assert nearest(typed, KNOWN) is None


def test_of_equals_the_first_is_taken_and_nothing_is_near_nothing() -> None:
    assert nearest("passe", ["masse", "tasse"]) == "masse"
    assert nearest("ordure", []) is None
