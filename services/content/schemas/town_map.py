"""Declared calls for the town's map: its tiles and what is said of them; and how a command of the operators brings them in."""

from services.chassis.contracts import Command, Done, Query, checked, text
from services.chassis.french_fields import Whole, shaped
from services.chassis.structs import Struct

DEEPEST = 20
"""The zoom at which a tile is some 25 m wide."""
MOST_TILES = 60_000
LARGEST_TILE = 200_000
MOST_AT_ONCE = 200
TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
"""By what a file of tiles says of their format."""
MAP_NAME = "[0-9a-f]{16}"
A_MAP = shaped(MAP_NAME, "Il faut le nom d’une carte.")


def on_map(zoom: int, x: int, y: int) -> bool:
    """Whether there is such a tile on a map of the world."""
    across = 1 << zoom if 0 <= zoom <= DEEPEST else 0
    return 0 <= x < across and 0 <= y < across


class TownMapShown(Struct):
    """`map`: its name, which changes with its tiles; `attribution`: who made it, as its makers want to be named."""

    map: str
    min_zoom: int
    max_zoom: int
    attribution: str


class ReadTownMap(Query[TownMapShown]):
    """For everyone; raises a NotFound where the town has none."""


class TileContent(Struct):
    """`content`: in base64."""

    type: str
    content: str


class ReadMapTile(Query[TileContent]):
    """For everyone; raises a NotFound where the map that is shown has none there, or another is shown by now."""

    map: str = text(required=True, checks=(A_MAP,))
    zoom: int = checked(Whole(required=True, least=0, most=DEEPEST))
    x: int = checked(Whole(required=True, least=0, most=1 << DEEPEST))
    y: int = checked(Whole(required=True, least=0, most=1 << DEEPEST))


class MapTile(Struct):
    """`content`: in base64."""

    zoom: int
    x: int
    y: int
    content: str


class KeepMapTiles(Command[Done]):
    """Keeps some tiles of a map that is being imported, beside the one that is shown."""

    map: str = text(required=True, checks=(A_MAP,))
    tiles: tuple[MapTile, ...]


class PublishTownMap(Command[Done]):
    """Shows the map whose `tiles` were all kept, in the place of the present one; its tiles go."""

    map: str = text(required=True, checks=(A_MAP,))
    type: str = text(required=True)
    min_zoom: int = checked(Whole(required=True, least=0, most=DEEPEST))
    max_zoom: int = checked(Whole(required=True, least=0, most=DEEPEST))
    attribution: str = text(500)
    tiles: int = checked(Whole(required=True, least=1, most=MOST_TILES))
