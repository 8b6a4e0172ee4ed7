"""A point of the map: what is read of what was typed, and how it is said in words."""

import math
from typing import Any

import pytest
from hypothesis import given

from services.procedures.schemas.definitions.towns import Landmark, TownMap
from services.townhall import positions
from services.townhall.person import Wrong
from tests.support import anything

HALL = Landmark(name="Hôtel de ville", lat=48.7125, lon=-0.14)
TOWN = TownMap(south=48.702, west=-0.156, north=48.723, east=-0.124, landmarks=(HALL,))
A_METRE = 1 / positions.METRES_OF_A_DEGREE
HERE = {"lat": 48.71185, "lon": -0.13668}


def away(north: float, east: float) -> dict[str, object]:
    """So many metres from the town hall."""
    wide = math.cos(math.radians(HALL.lat))
    return {"lat": HALL.lat + north * A_METRE, "lon": HALL.lon + east * A_METRE / wide}


def said(value: dict[str, object], known: tuple[Landmark, ...] = (HALL,)) -> str:
    return positions.in_words(value, known).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Face à l’abribus", {"words": "Face à l’abribus"}),
        ({"words": " Face  à l’abribus "}, {"words": "Face à l’abribus"}),
        ({"words": "", "lat": "48.7118512", "lon": "-0.1366849"}, {"lat": 48.71185, "lon": -0.13668}),
        ({"lat": "48,71185", "lon": "-0,13668"}, HERE),
        ({**HERE, "words": "Près du lavoir"}, {**HERE, "words": "Près du lavoir"}),
        ({**HERE, "words": "Près du lavoir", "removed": "on"}, {"words": "Près du lavoir"}),
        ({**HERE, "removed": "on"}, None),
        ({"lat": "", "lon": "", "words": ""}, None),
        ({"lat": 0, "lon": 0}, {"lat": 0.0, "lon": 0.0}),
    ],
)
def test_a_place_is_words_a_point_or_both(raw: object, value: dict[str, object] | None) -> None:
    assert positions.read(raw) == value
    if value:
        assert positions.read(value) == value


@pytest.mark.parametrize(
    "raw",
    [
        {"lat": "48.7", "lon": ""},
        {"lat": "ici", "lon": "là"},
        {"lat": "91", "lon": "0"},
        {"lat": 1e400, "lon": 0},
        {"lat": math.nan, "lon": 0},
        {"lat": True, "lon": True},
        {"lat": [48], "lon": [0]},
        {"lat": "48.7e1", "lon": "0"},
    ],
)
def test_what_is_no_point_is_refused_with_what_to_do(raw: dict[str, Any]) -> None:
    with pytest.raises(Wrong, match=r"placez-le de nouveau, ou décrivez le lieu"):
        positions.read(raw)


@pytest.mark.parametrize("raw", [3, ["ici"], True])
def test_what_is_no_place_at_all_is_refused(raw: object) -> None:
    with pytest.raises(Wrong):
        positions.read(raw)


@given(raw=anything.VALUES)
def test_anything_is_a_place_or_a_sentence(raw: Any) -> None:
    try:
        value = positions.read(raw)
    except Wrong:
        return
    assert value is None or positions.in_words(value, TOWN.landmarks)


def test_words_are_no_longer_than_their_field() -> None:
    assert positions.read("a" * positions.LONGEST_WORDS)
    with pytest.raises(Wrong, match="150 caractères"):
        positions.read("a" * (positions.LONGEST_WORDS + 1))


@pytest.mark.parametrize(
    ("lat", "lon"), [(48.7019, -0.14), (48.7231, -0.14), (48.71, -0.1561), (48.71, -0.1239), (-48.71, -0.14)]
)
def test_a_point_outside_the_town_is_refused(lat: float, lon: float) -> None:
    with pytest.raises(Wrong, match="en dehors de la commune"):
        positions.check({"lat": lat, "lon": lon}, TOWN)


def test_the_edges_of_the_town_are_in_it_and_words_are_anywhere() -> None:
    for value in ({"lat": TOWN.south, "lon": TOWN.west}, {"lat": TOWN.north, "lon": TOWN.east}, {"words": "À Caen"}):
        positions.check(value, TOWN)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (away(120, 0), "à 120 m au nord de « Hôtel de ville »"),
        (away(85, 85), "à 120 m au nord-est de « Hôtel de ville »"),
        (away(0, 500), "à 500 m à l’est de « Hôtel de ville »"),
        (away(-30, 30), "à 40 m au sud-est de « Hôtel de ville »"),
        (away(-1240, 0), "à 1,2 km au sud de « Hôtel de ville »"),
        (away(-2000, 0), "à 2 km au sud de « Hôtel de ville »"),
        (away(0, -60), "à 60 m à l’ouest de « Hôtel de ville »"),
        (away(40, -40), "à 60 m au nord-ouest de « Hôtel de ville »"),
        (away(5, 5), "tout près de « Hôtel de ville »"),
    ],
)
def test_a_point_is_said_by_the_nearest_known_place(value: dict[str, object], words: str) -> None:
    far = Landmark(name="Gare", lat=48.75, lon=-0.2)

    assert said(value, (far, HALL)).startswith(f"Point sur la carte : {words} (")


def test_the_words_of_a_place_come_before_its_point() -> None:
    assert said({"words": "Près du lavoir", **HERE}) == (
        "Près du lavoir\nPoint sur la carte : à 250 m à l’est de « Hôtel de ville » (48,71185 N, 0,13668 O)"
    )


def test_without_a_known_place_a_point_is_its_degrees() -> None:
    assert said({"lat": -21.1, "lon": 55.5}, ()) == "Point sur la carte : 21,10000 S, 55,50000 E"
