"""The demonstration's map is light, is one that the command takes, and shows its whole town."""

import math

from deploy.operator import town_map
from tests.support import published

LIGHT = 450_000


def _south(lat: float) -> float:
    """How far to the south on a map of the world, from 0 to 1."""
    return (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2


def test_the_demonstrations_map_is_light_and_covers_its_town() -> None:
    path = published.TOWN / town_map.MAP_FILE
    found = town_map.read(path)
    edges = published.files()["town"]["town"]["map"]

    assert path.stat().st_size < LIGHT
    for zoom in range(found.zooms[0], found.zooms[1] + 1):
        across = 1 << zoom
        x = {int((edges[side] + 180) / 360 * across) for side in ("west", "east")}
        y = {int(_south(edges[side]) * across) for side in ("north", "south")}
        there = {(one.x, one.y) for one in town_map.tiles_of(path) if one.zoom == zoom}
        assert {(a, b) for a in range(min(x), max(x) + 1) for b in range(min(y), max(y) + 1)} <= there


def test_every_landmark_of_the_demonstration_lies_in_its_town() -> None:
    edges = published.files()["town"]["town"]["map"]

    for one in edges["landmarks"]:
        assert edges["south"] < one["lat"] < edges["north"], one["name"]
        assert edges["west"] < one["lon"] < edges["east"], one["name"]
