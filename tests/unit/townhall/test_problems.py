"""A mistake in a town's file is reported with its entry and its whole field."""

from typing import Any

import pytest

from services.townhall.problems import from_schema

DOCUMENT = {
    "weekly": {"monday": ["14:00-17:00", "8h"]},
    "exceptions": [{"label": "Noël", "hours": ["8h"]}],
    "procedures": [{"slug": "acte-naissance", "fields": [{"name": "nombre"}], "bring": [3]}, {}],
    "citizens": [{"username": "camille", "samples": [{"ref": "CE-1"}]}],
}


@pytest.mark.parametrize(
    ("errors", "place"),
    [
        ({"weekly": {"monday": ["Non."]}}, "town.yaml › weekly.monday"),
        ({"weekly": {"monday": {1: ["Non."]}}}, "town.yaml › weekly.monday.n° 2"),
        ({"exceptions": {0: {"hours": ["Non."]}}}, "town.yaml › exceptions.n° 1.hours"),
        ({"procedures": {0: {"fields": {0: {"label": ["Non."]}}}}}, "town.yaml › acte-naissance › fields.nombre.label"),
        ({"procedures": {0: {"bring": {0: ["Non."]}}}}, "town.yaml › acte-naissance › bring.n° 1"),
        ({"procedures": {1: {"slug": ["Non."]}}}, "town.yaml › procedures.n° 2.slug"),
        ({"citizens": {0: {"samples": {0: {"at": ["Non."]}}}}}, "town.yaml › camille › samples.CE-1.at"),
        ({"_schema": ["Non."]}, "town.yaml"),
    ],
)
def test_a_mistake_names_its_file_entry_and_field(errors: dict[str, Any], place: str) -> None:
    assert [problem.place for problem in from_schema("town.yaml", DOCUMENT, errors)] == [place]
