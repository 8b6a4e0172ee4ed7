"""What a service takes of what it is sent."""

import pytest
from marshmallow import ValidationError

from services.chassis.french_fields import FrenchSchema, Text


class Words(FrenchSchema):
    words = Text(blank=True)


@pytest.mark.parametrize("text", ["", "à bientôt", "a\nb", "{{ x }}"])
def test_a_text_is_taken_as_it_is(text: str) -> None:
    assert Words().load({"words": text}) == {"words": text}


@pytest.mark.parametrize("text", ["\0", "a\0b"])
def test_a_text_with_invisible_characters_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Words().load({"words": text})

    assert refused.value.messages == {"words": ["Retirez les caractères invisibles de ce texte."]}
