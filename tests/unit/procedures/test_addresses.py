"""What is proposed for an address as it is typed."""

import pytest

from services.procedures.addresses import rules
from services.procedures.addresses.rules import Street, looked_for, proposed, read
from services.procedures.schemas.addresses import MOST_PROPOSED
from services.procedures.schemas.definitions.towns import Territory
from services.townhall.search_words import plain

TOWN = ("61990", "Saint-Aubin-sur-Orne")


def street(name: str, *held: str, numbered: bool = True) -> Street:
    postcode, city = TOWN
    return Street(
        name=name,
        plain=plain(name),
        postcode=postcode,
        city=city,
        city_plain=plain(city),
        numbered=numbered,
        held=held,
    )


def lines(typed: str, *streets: Street) -> list[str]:
    return [one.line1 for one in proposed(read(typed), streets)]


@pytest.mark.parametrize(
    ("typed", "number", "suffix", "words"),
    [
        ("7 rue du Po", "7", "", ("rue", "du", "po")),
        ("7, RUE DU PO", "7", "", ("rue", "du", "po")),
        ("7rue du po", "7", "", ("rue", "du", "po")),
        ("007 rue du po", "7", "", ("rue", "du", "po")),
        ("7-9 rue du po", "7", "", ("rue", "du", "po")),
        ("7 bis rue du po", "7", "bis", ("rue", "du", "po")),
        ("7bis, rue du po", "7", "bis", ("rue", "du", "po")),
        ("7B rue du po", "7", "b", ("rue", "du", "po")),
        ("7 r. du po", "7", "", ("r", "du", "po")),  # r is no suffix
        ("7 b", "7", "", ("b",)),  # the beginning of « boulevard », as far as one knows
        ("18 quai de l’Orne", "18", "", ("quai", "de", "l", "orne")),
        ("Étoile", "", "", ("etoile",)),
        ("7 rue du Pont-Neuf, 61990 Saint-Aubin", "7", "", ("rue", "du", "pont", "neuf")),
        ("61990 Saint-Aubin", "", "", ("61990", "saint", "aubin")),  # a postcode is the number of no house
    ],
)
def test_what_was_typed_is_a_number_and_plain_words(
    typed: str, number: str, suffix: str, words: tuple[str, ...]
) -> None:
    found = read(typed)

    assert (found.number, found.suffix, found.words) == (number, suffix, words)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("7 rue du Po", "'po':*"),
        ("pont neu", "'pont':* & 'neu':*"),
        ("r st jean", "('st':* | 'saint') & 'jean':*"),
        ("rue du 8", "'8':*"),
        ("le clos", "'*' & 'le':* & 'clos':*"),  # common words alone find the names made of such words alone
        ("'); drop table streets", "'drop':* & 'table':* & 'streets':*"),
    ],
)
def test_the_words_that_tell_streets_apart_are_looked_for(typed: str, query: str) -> None:
    assert looked_for(read(typed)) == query


@pytest.mark.parametrize("typed", ["", " ", "7", "7 r", "ab", "rue x", "☂", "7 , ,"])
def test_nothing_is_looked_for_where_what_was_typed_says_too_little(typed: str) -> None:
    assert looked_for(read(typed)) is None


def test_of_a_long_text_the_first_words_are_looked_for() -> None:
    query = looked_for(read(" ".join(f"mot{number}" for number in range(50))))

    assert query is not None
    assert query.count("&") == rules.MOST_WORDS - 1


def test_a_query_is_held_to_the_postcodes_of_the_town() -> None:
    territory = Territory(postcodes=("61990", "61991"), cities=("Saint-Aubin-sur-Orne",))

    assert rules.within("'po':*", territory) == "('po':*) & ('=61990' | '=61991')"


def test_a_proposal_has_the_lines_of_a_form() -> None:
    [found] = proposed(read("7 rue du po"), [street("Rue du Pont-Neuf", "7")])

    assert (found.line1, found.postcode, found.city) == ("7 rue du Pont-Neuf", *TOWN)
    assert found.complete


def test_streets_that_have_the_number_come_first_then_its_neighbours() -> None:
    pont, potier = street("Rue du Pont-Neuf", "7 bis", "7", "70"), street("Rue du Potier", "7")
    poterne = street("Rue de la Poterne")

    assert lines("7 po", poterne, potier, pont) == [
        "7 rue du Pont-Neuf",
        "7 rue du Potier",
        "7 rue de la Poterne",  # the file may not know the number yet: what was typed stands
        "7 bis rue du Pont-Neuf",
    ]


def test_streets_that_have_every_word_come_first() -> None:
    assert lines("rue du lavoir", street("Chemin du Lavoir"), street("Rue du Lavoir"))[0] == "Rue du Lavoir"


def test_a_street_that_begins_as_what_was_typed_comes_first() -> None:
    assert lines("saint", street("Rue Saint-Aubin"), street("Saint-Martin"))[0] == "Saint-Martin"


def test_a_number_with_its_letter_is_found_as_it_is_written() -> None:
    moulin = street("Allée du Moulin", "3", "3 a", "3 b")

    assert lines("3a moulin", moulin) == ["3 A allée du Moulin", "3 allée du Moulin", "3 B allée du Moulin"]
    assert lines("3 bis moulin", moulin) == ["3 bis allée du Moulin"]


def test_a_number_that_is_part_of_the_name_is_not_put_before_it() -> None:
    assert lines("8 mai", street("Rue du 8 Mai 1945", "8")) == ["Rue du 8 Mai 1945"]
    assert lines("8 rue du 8 mai", street("Rue du 8 Mai 1945", "8")) == ["8 rue du 8 Mai 1945"]


def test_a_street_alone_wants_a_number_unless_its_houses_have_none() -> None:
    found = proposed(read("moulin"), [street("Allée du Moulin"), street("Le Moulin", numbered=False)])

    assert [(one.line1, one.complete) for one in found] == [("Allée du Moulin", False), ("Le Moulin", True)]


def test_at_most_eight_are_proposed_each_once() -> None:
    many = [street(f"Rue du Pont {number}", "7", "7 bis") for number in range(20)]

    found = lines("7 pont", *many, *many)

    assert len(found) == len(set(found)) == MOST_PROPOSED


def test_a_name_that_no_form_would_take_is_not_proposed() -> None:
    assert lines("7777 po", street("Po" + "n" * 100)) == []
