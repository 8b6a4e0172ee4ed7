"""The edges of the town and the places by which points are said: degrees that there are, some dozens of places, short names."""

import copy
from typing import Any

import pytest

from services.procedures.files import coherence
from services.procedures.schemas.definitions.towns import MOST_LANDMARKS
from services.townhall.problems import ImportRefused

FILES = ("town", "service_areas", "procedures", "agendas")
HALL = {"name": "Hôtel de ville", "lat": 48.7125, "lon": -0.14}


def problems(town: dict[str, Any], **said: Any) -> set[str]:
    """Where an import finds something wrong in the demo town, whose map is changed so: the end of each place."""
    documents = copy.deepcopy({name: town[name] for name in FILES})
    documents["town"]["town"]["map"] |= said
    try:
        coherence.check(documents)
    except ImportRefused as refusal:
        return {place.rpartition("map.")[2] for place in refusal.fields}
    return set()


def test_a_latitude_ends_at_the_pole_and_a_longitude_behind_the_world(town: dict[str, Any]) -> None:
    assert problems(town, north=91) == {"north"}
    assert problems(town, south=-180) == {"south"}
    assert problems(town, west=-180) == set()
    assert problems(town, east=180.5) == {"east"}


@pytest.mark.parametrize("wrong", [{"lat": 120}, {"lon": 200}, {"name": "x" * 81}, {"name": ""}])
def test_a_known_place_has_a_short_name_and_degrees(town: dict[str, Any], wrong: dict[str, Any]) -> None:
    assert len(problems(town, landmarks=[HALL | wrong])) == 1
    assert problems(town, landmarks=[HALL]) == set()


def test_known_places_are_some_dozens(town: dict[str, Any]) -> None:
    many = [HALL | {"name": f"Lieu {number}"} for number in range(MOST_LANDMARKS + 1)]

    assert problems(town, landmarks=many) == {"landmarks"}
    assert problems(town, landmarks=many[1:]) == set()
