"""Which texts lose their controls of direction, and what they keep."""

import pytest
from markupsafe import Markup

from services.chassis.rpc.text_direction import CONTROLS, strip_bidi, strip_bidi_in_document


@pytest.mark.parametrize("control", CONTROLS)
def test_each_bidirectional_control_is_dropped(control: str) -> None:
    assert strip_bidi(f"Refus{control} de 100 €") == "Refus de 100 €"


@pytest.mark.parametrize("text", ["شارع الجسر", "רחוב הגשר", "Nuit d’été", "👩\u200d🔧", ""])
def test_letters_of_every_script_and_joined_signs_stay(text: str) -> None:
    assert strip_bidi(text) is text


def test_markup_stays_markup() -> None:
    assert isinstance(strip_bidi(Markup("<b>a\u202eb</b>")), Markup)


def test_in_a_document_every_text_is_reached_and_a_password_is_not_touched() -> None:
    sent = {"a": ["\u202ex", {"b": "y\u2067"}], "n": 3, "password": "\u202ex"}
    assert strip_bidi_in_document(sent) == {"a": ["x", {"b": "y"}], "n": 3, "password": "\u202ex"}
