"""Lists, sizes and folded texts: one writer for services and pages."""

import pytest

from services.townhall.folding import folded
from services.townhall.sentences import file_size, listed


@pytest.mark.parametrize(("items", "said"), [("", ""), ("a", "a"), ("ab", "a et b"), ("abc", "a, b et c")])
def test_a_list_ends_with_its_word(items: str, said: str) -> None:
    assert listed(items) == said
    assert listed(items, "ou") == said.replace("et", "ou")


@pytest.mark.parametrize(("size", "said"), [(0, "0 octet"), (1, "1 Ko"), (1_000_000, "1 Mo"), (1_250_000, "1,2 Mo")])
def test_a_size_is_in_the_unit_that_suits_it(size: int, said: str) -> None:
    assert file_size(size).replace("\u00a0", " ") == said


@pytest.mark.parametrize(("text", "bare"), [("Éléonore", "eleonore"), ("LECŒUR", "lecoeur"), ("Łódź", "lodz")])
def test_a_folded_text_has_no_case_accents_or_ligatures(text: str, bare: str) -> None:
    assert folded(text) == folded(folded(text)) == bare
