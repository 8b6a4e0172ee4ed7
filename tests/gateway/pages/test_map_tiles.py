"""The town's map as its script fetches it: tiles that browsers keep for ever, under a name that changes with them."""

import pytest

from services.content.town_map.rules import NoMap
from tests.support.judge import Client
from tests.support.stubs import Stubs

PLAN = "a" * 16


def test_the_script_is_told_where_the_tiles_are_and_who_made_them(visitor: Client) -> None:
    answer = visitor.get("/carte/plan.json")

    assert answer.get_json() == {
        "map": PLAN,
        "min_zoom": 13,
        "max_zoom": 17,
        "attribution": "© la commune",
        "tiles": f"/carte/{PLAN}/{{z}}/{{x}}/{{y}}",
    }
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("address", [f"/carte/{PLAN}/16/32742/22535", f"/api/v1/town/map/{PLAN}/16/32742/22535"])
def test_a_tile_is_kept_for_ever_by_browsers(visitor: Client, services: Stubs, address: str) -> None:
    services["content.read_map_tile"] = {"type": "image/png", "content": "iVBORw=="}

    answer = visitor.get(address)

    assert (answer.mimetype, answer.data) == ("image/png", b"\x89PNG")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert services.bodies("content.read_map_tile") == [{"map": PLAN, "zoom": 16, "x": 32742, "y": 22535}]


@pytest.mark.parametrize("address", ["/carte/plan.json", f"/carte/{PLAN}/16/1/1", "/carte/plan/16/1"])
def test_without_a_map_nothing_is_found(visitor: Client, services: Stubs, address: str) -> None:
    services["content.read_town_map"] = services["content.read_map_tile"] = NoMap()

    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("tile", [f"{PLAN}/99/1/1", f"{PLAN}/16/9999999999999/1", f"{PLAN}/3/8/1", "autre/16/1/1"])
@pytest.mark.parametrize("within", ["/carte", "/api/v1/town/map"])
def test_a_tile_that_cannot_be_is_not_found_nor_asked_for(
    visitor: Client, services: Stubs, within: str, tile: str
) -> None:
    assert visitor.get(f"{within}/{tile}").status_code == 404
    assert services.bodies("content.read_map_tile") == []


def test_the_api_describes_the_map(visitor: Client) -> None:
    assert visitor.get("/api/v1/town/map").get_json()["map"] == PLAN
