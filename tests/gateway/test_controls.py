"""What a question is asked with, before it is answered."""

from datetime import date
from typing import Any

import pytest

from gateway.pages.components.controls import Control, control, request_controls
from services.chassis.contracts import from_json
from services.procedures.schemas.definitions.forms import Field
from tests.support import published

TODAY = date(2026, 11, 24)
TOWN = {"name": "Saint-Aubin-sur-Orne", "postcodes": ["61990"], "cities": ["Saint-Aubin-sur-Orne"]}
PLACE = {"name": "lieu", "label": "Lieu", "type": "address", "required": True}


def place(territory: dict[str, Any], field: dict[str, Any], answer: Any = None) -> Control:
    definition = published.procedure("signalement-voirie", territory=territory, fields=[field])
    return request_controls(definition, {"lieu": answer}, {}, ["lieu"], TODAY)[0]


@pytest.mark.parametrize(
    ("territory", "field", "answer", "last_line"),
    [
        pytest.param({}, {}, None, ("61990", "Saint-Aubin-sur-Orne"), id="one postcode and one city: known"),
        pytest.param(
            {"postcodes": ["61990", "61991"]}, {}, None, ("", "Saint-Aubin-sur-Orne"), id="one of several: asked"
        ),
        pytest.param({}, {"required": False}, None, ("61990", "Saint-Aubin-sur-Orne"), id="optional: known too"),
        pytest.param({}, {}, {"line1": "2 quai de l’Orne", "country": "FR"}, ("", ""), id="typed: stays"),
    ],
)
def test_the_last_line_of_an_address_in_town_is_filled_in_where_it_is_known(
    territory: dict[str, Any], field: dict[str, Any], answer: Any, last_line: tuple[str, str]
) -> None:
    drawn = place(TOWN | territory, PLACE | {"in_town": True} | field, answer)

    assert (drawn.part("postcode"), drawn.part("city")) == last_line


def asked(**changes: Any) -> Control:
    """A question of a definition, with these keys of its stored form."""
    field = from_json(Field, {"name": "x", "label": "X", "required": True, **changes})
    return control(field, None, errors={}, today=TODAY)


def test_an_address_that_may_be_anywhere_has_its_country() -> None:
    assert place(TOWN, PLACE | {"in_town": True}).choices == ()
    anywhere = asked(**PLACE, in_town=False)
    assert (anywhere.choices[0], anywhere.country) == (("FR", "France"), "FR")


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        ({"type": "date", "min": "D+15"}, "À partir du 9 décembre 2026."),
        ({"type": "date", "min": "D"}, "Aujourd’hui ou plus tard."),
        ({"type": "date", "max": "D-2y"}, "Au plus tard le 24 novembre 2024."),
        ({"type": "date", "max": "D"}, ""),
        ({"type": "date", "min": "D+3", "max": "2027-01-01"}, "Du 27 novembre 2026 au 1er janvier 2027."),
        ({"type": "number", "min": 0.5, "max": 20}, "De 0,5 à 20."),
        ({"type": "number", "min": 2026, "max": 20000}, "De 2026 à 20 000."),
        ({"type": "number", "min": 1}, "Au moins 1."),
        ({"type": "number", "max": 9}, "Au plus 9."),
        ({"type": "text", "max_length": 60, "help": "Par exemple : 14 h."}, "Par exemple : 14 h."),
        ({"type": "date", "min": "D", "help": "Au dos."}, "Aujourd’hui ou plus tard. Au dos."),
        ({"type": "date", "min": "D+0"}, "Aujourd’hui ou plus tard."),
    ],
)
def test_accepted_values_are_shown_under_the_question(bounds: dict[str, Any], sentence: str) -> None:
    assert asked(**bounds).help.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ") == sentence


def test_a_written_answer_has_a_longest_length_also_where_its_procedure_says_none() -> None:
    longest = {kind: asked(type=kind).max_length for kind in ("text", "longtext", "email")}

    assert longest == {"text": 500, "longtext": 5000, "email": None}
