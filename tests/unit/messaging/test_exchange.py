"""Who may read what of a thread, and when an exchange counts as read."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import yaml

from services.messaging.exchanges import rules

DEMO = Path(__file__).parents[3] / "deploy" / "demo-town"
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def to_citizen(*, read_at: datetime | None = None, text: str = "La visite aura lieu mardi.") -> rules.Exchange:
    return rules.Exchange(
        id=UUID(int=1),
        direction=rules.Direction.TO_CITIZEN,
        author="Agent d’accueil",
        added_at=MORNING,
        read_at=read_at,
        text=text,
    )


def test_an_exchange_lists_its_first_words_until_it_is_opened() -> None:
    listed = to_citizen().listed(rules.Side.CITIZEN, "Services techniques")
    assert listed.text is None
    assert listed.excerpt == "La visite aura lieu mardi."
    own = to_citizen().listed(rules.Side.TOWN, "Services techniques")
    assert (own.text, own.mine) == ("La visite aura lieu mardi.", True)
    assert (
        to_citizen(read_at=MORNING).listed(rules.Side.CITIZEN, "Services techniques").text
        == "La visite aura lieu mardi."
    )


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("Merci d’avance…", False),
        ("mot " * 40, False),
        ("mot " * 41, True),
        ("Bonjour,\n\nà mardi.", False),
        ("Un.\nDeux.\n\nTrois.\nQuatre.", False),
        ("Un.\nDeux.\n\nTrois.\nQuatre.\nCinq.", True),
    ],
)
def test_a_list_says_whether_something_follows_the_first_words(text: str, shortened: bool) -> None:
    assert to_citizen(text=text).listed(rules.Side.CITIZEN, "Services techniques").cut is shortened


def test_a_short_message_is_listed_as_it_was_written_and_stays_unread() -> None:
    listed = to_citizen(text="Bonjour,\n\nà mardi.").listed(rules.Side.CITIZEN, "Services techniques")
    assert (listed.excerpt, listed.text, listed.read_at) == ("Bonjour,\n\nà mardi.", None, None)


def test_the_demo_town_has_a_message_to_open_by_voir_la_suite() -> None:
    camille = yaml.safe_load((DEMO / "accounts.yaml").read_text())["citizens"][0]
    said = [one for request in camille["sample_requests"] for one in request.get("exchanges", ())]
    assert [rules.cut(one["text"]) for one in said if not one["read"]] == [True]


def test_the_person_reads_the_department_and_agents_the_function() -> None:
    asked = [to_citizen().listed(side, "Services techniques").author for side in (rules.Side.CITIZEN, rules.Side.TOWN)]
    assert asked == ["Services techniques", "Agent d’accueil"]


def test_an_exchange_goes_to_one_side_which_it_is_unread_by() -> None:
    assert to_citizen().unread_by(rules.Side.CITIZEN)
    assert not to_citizen().unread_by(rules.Side.TOWN)
    assert rules.Direction.written_by(rules.Side.TOWN) is rules.Direction.TO_CITIZEN


def test_a_text_is_kept_without_spaces_around_and_neither_blank_nor_too_long() -> None:
    assert rules.written("  Bonjour,  \r\n\r\nmerci.\r\n ") == "Bonjour,\n\nmerci."
    with pytest.raises(rules.EmptyExchange) as refused:
        rules.written(" \r\n ")
    assert "text" in refused.value.fields
    with pytest.raises(rules.ExchangeTooLong):
        rules.written("a" * 5_001)


def test_an_excerpt_ends_at_a_word_and_leaves_no_last_word_out() -> None:
    shortened = rules.excerpt("mot " * 60)
    assert shortened.endswith("mot…")
    assert len(shortened) <= 81
    text = "Bonjour, la visite sur place aura lieu mardi matin. Votre présence n’est pas nécessaire."
    assert rules.excerpt(text) == text
    assert rules.excerpt("a" * 200) == "a" * 80 + "…"
    assert rules.excerpt("mot " * 19 + "deux " + "mot " * 30) == "mot " * 19 + "deux…"
