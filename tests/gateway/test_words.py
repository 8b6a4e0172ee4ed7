"""How the pages say what the town wrote."""

import pytest

from gateway.pages.components.words import duration, of_person, reachable


def test_phones_emails_and_sites_in_a_sentence_are_links() -> None:
    said = reachable("Au 02 61 91 10 00, à accueil@ville.example ou sur www.ville.fr.")

    assert '<a class="num" href="tel:+33261911000">02 61 91 10 00</a>' in said
    assert 'href="mailto:accueil@ville.example"' in said
    assert 'href="https://www.ville.fr"' in said


def test_a_sentence_never_becomes_markup() -> None:
    assert reachable("<b>Fermé</b> le 12 1234567890") == "&lt;b&gt;Fermé&lt;/b&gt; le 12 1234567890"


@pytest.mark.parametrize("said", ["d’Andrée Témoin", "d’Éloi", "de Lou Exemple", "d’un membre"])
def test_a_name_that_begins_with_a_vowel_is_elided(said: str) -> None:
    assert of_person(said.removeprefix("de ").removeprefix("d’")) == said


@pytest.mark.parametrize(("months", "words"), [(1, "1 mois"), (12, "1 an"), (18, "18 mois"), (60, "5 ans")])
def test_whole_years_are_written_in_years(months: int, words: str) -> None:
    assert duration(months).replace("\u00a0", " ") == words
