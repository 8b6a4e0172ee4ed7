"""The town's map: brought in whole or not at all, by our own command alone, and served under its name."""

import base64

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import Forbidden, NotFound
from services.chassis.event_store.store import Store
from services.content.schemas.town_map import KeepMapTiles, MapTile, PublishTownMap, ReadMapTile, ReadTownMap
from services.content.town_map import rules, use_cases, views
from tests.integration.content.conftest import SYSTEM
from tests.support.asking import ask

VISITOR = Actor(kind="visitor", id="v" * 64)
OLD, NEW = "a" * 16, "b" * 16
PNG = b"\x89PNG\r\n\x1a\n"


def tile(zoom: int = 13, x: int = 4093, y: int = 2817, data: bytes = PNG) -> MapTile:
    return MapTile(zoom=zoom, x=x, y=y, content=base64.b64encode(data).decode())


def keep(store: Store, name: str, *tiles: MapTile, actor: Actor = SYSTEM) -> None:
    with store.transaction(actor=actor) as tx:
        use_cases.keep_map_tiles(tx, store.settings, KeepMapTiles(map=name, tiles=tiles))


def publish(store: Store, name: str, tiles: int, kind: str = "image/png", actor: Actor = SYSTEM) -> None:
    asked = PublishTownMap(map=name, type=kind, min_zoom=13, max_zoom=17, attribution="© la commune", tiles=tiles)
    with store.transaction(actor=actor) as tx:
        use_cases.publish_town_map(tx, store.settings, asked)


def read(store: Store, name: str, x: int = 4093) -> bytes:
    found = ask(store, views.map_tile, ReadMapTile(map=name, zoom=13, x=x, y=2817), VISITOR)
    assert found.type == "image/png"
    return base64.b64decode(found.content)


def test_a_map_is_shown_once_all_its_tiles_are_there(store: Store) -> None:
    with pytest.raises(NotFound):
        ask(store, views.town_map, ReadTownMap(), VISITOR)
    keep(store, OLD, tile(), tile(x=4094))
    with pytest.raises(rules.TilesMissing):
        publish(store, OLD, 3)
    with pytest.raises(NotFound):
        read(store, OLD)

    publish(store, OLD, 2)

    shown = ask(store, views.town_map, ReadTownMap(), VISITOR)
    assert (shown.map, shown.min_zoom, shown.max_zoom, shown.attribution) == (OLD, 13, 17, "© la commune")
    assert read(store, OLD) == PNG
    with pytest.raises(NotFound):
        read(store, OLD, x=5000)


def test_a_new_map_takes_the_place_of_the_old_one_whole(store: Store) -> None:
    keep(store, OLD, tile())
    publish(store, OLD, 1)
    keep(store, NEW, tile(data=PNG + b"new"))
    assert read(store, OLD) == PNG  # shown until the other is whole

    publish(store, NEW, 1)

    assert read(store, NEW) == PNG + b"new"
    with pytest.raises(NotFound):
        read(store, OLD)
    with store.read() as conn:
        assert [row["map"] for row in conn.execute("SELECT map FROM map_tiles")] == [NEW]


def test_an_import_that_was_cut_short_is_done_again(store: Store) -> None:
    keep(store, OLD, tile())
    keep(store, OLD, tile(), tile(x=4094))

    publish(store, OLD, 2)

    assert read(store, OLD, x=4094) == PNG


@pytest.mark.parametrize(
    "wrong",
    [
        tile(data=b"<svg/>"),
        tile(data=PNG + bytes(200_000)),
        tile(zoom=21),
        tile(zoom=3, x=8),
        tile(y=-1),
        MapTile(zoom=1, x=0, y=0, content="pas du base64"),
    ],
    ids=["no picture", "too heavy", "too deep", "beyond the world", "above it", "not base64"],
)
def test_a_wrong_tile_is_refused_and_nothing_is_kept(store: Store, wrong: MapTile) -> None:
    with pytest.raises(rules.TileRefused):
        keep(store, OLD, tile(), wrong)
    with store.read() as conn:
        assert conn.execute("SELECT 1 FROM map_tiles").fetchall() == []


def test_a_map_of_another_kind_is_refused(store: Store) -> None:
    keep(store, OLD, tile())
    with pytest.raises(rules.TypeRefused):
        publish(store, OLD, 1, kind="image/svg+xml")
    with pytest.raises(rules.TilesMissing):
        publish(store, OLD, 1, kind="image/webp")


@pytest.mark.parametrize("actor", [VISITOR, Actor(kind="agent", id="a", permissions=("manage_settings",))])
def test_only_our_own_command_brings_in_a_map(store: Store, actor: Actor) -> None:
    with pytest.raises(Forbidden):
        keep(store, OLD, tile(), actor=actor)
    with pytest.raises(Forbidden):
        publish(store, OLD, 1, actor=actor)
