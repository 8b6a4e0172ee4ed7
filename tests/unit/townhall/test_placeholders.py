"""Prepared texts: no unfilled placeholder may be sent, and those who publish, fill and show them know the same names."""

import pytest

from gateway.pages.agent import reply as agent_reply
from services.townhall import placeholders

TEXT = "Bonjour {{ applicant_name }}, votre demande {{request_number}} avance. Avant le {{ deadline }}, {{ reason }}"


def test_known_values_are_filled_in_and_unfilled_placeholders_are_listed() -> None:
    assert placeholders.fill("n° {{ request_number }}", {"request_number": "2026-AAAA-BBBB"}) == (
        "n° 2026-AAAA-BBBB",
        [],
    )
    _, left = placeholders.fill(TEXT, {"applicant_name": "Ariel", "request_number": "1", "reason": "  "})
    assert left == ["deadline", "reason"]
    assert placeholders.to_fill(TEXT) == ["deadline", "reason"]


def test_a_value_is_never_read_as_a_placeholder_again() -> None:
    filled, left = placeholders.fill("{{ reason }}", {"reason": "{{ deadline }}", "deadline": "demain"})

    assert (filled, left) == ("{{ deadline }}", [])
    assert placeholders.fill("Bonjour {{ applicant_name }}", {"applicant_name": "{{ x }}"}) == ("Bonjour {{ x }}", [])


def test_every_blank_is_filled_by_the_system_or_by_the_agent_or_unknown() -> None:
    assert placeholders.CLOSED_LIST - placeholders.AUTOMATIC == placeholders.OF_THE_AGENT
    assert set(agent_reply.LABELS) >= placeholders.OF_THE_AGENT
    assert placeholders.unknown("{{ applicant_name }} {{ lune }} {{deadline}}") == ["lune"]


def test_a_placeholder_put_in_words_is_still_blank() -> None:
    for name in placeholders.CLOSED_LIST:
        label = agent_reply.label_of(name).lower()
        text = placeholders.in_words(
            f"Le {{{{ {name} }}}}, au plus tard.", lambda blank: agent_reply.label_of(blank).lower()
        )
        assert "{" not in text
        assert placeholders.still_blank(text) == [label]


@pytest.mark.parametrize(
    "text",
    ["le {{ date limite }}", "le {{date limite}}", "le [date limite : à compléter]", "le [date limite:à compléter ]"],
)
def test_a_blank_is_found_however_it_is_written(text: str) -> None:
    assert placeholders.still_blank(text) == ["date limite"]


def test_brackets_in_a_text_are_not_a_blank() -> None:
    assert placeholders.still_blank("Voir l’annexe [2 : plan] et le dossier à compléter, {ci-joint}.") == []
