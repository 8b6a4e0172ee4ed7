"""Rows of the town's map and of its tiles."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.chassis.contracts import from_json
from services.chassis.event_store.db import Connection
from services.content.schemas.town_map import ReadMapTile, TownMapShown

KEEP = """
INSERT INTO map_tiles (map, zoom, x, y, bytes) VALUES (%(map)s, %(zoom)s, %(x)s, %(y)s, %(bytes)s)
ON CONFLICT (map, zoom, x, y) DO UPDATE SET bytes = excluded.bytes
"""
COUNT = """
SELECT count(*) AS n FROM map_tiles WHERE map = %(map)s AND substring(bytes FOR length(%(start)s::bytea)) = %(start)s
"""
SHOW = """
INSERT INTO town_map (map, type, min_zoom, max_zoom, attribution)
VALUES (%(map)s, %(type)s, %(min_zoom)s, %(max_zoom)s, %(attribution)s)
ON CONFLICT (only_row) DO UPDATE SET map = excluded.map, type = excluded.type, min_zoom = excluded.min_zoom,
    max_zoom = excluded.max_zoom, attribution = excluded.attribution
"""
FORGET_OTHERS = "DELETE FROM map_tiles WHERE map <> %(map)s"
SHOWN = "SELECT map, min_zoom, max_zoom, attribution FROM town_map"
TILE = """
SELECT m.type, t.bytes FROM town_map AS m JOIN map_tiles AS t ON t.map = m.map
WHERE m.map = %(map)s AND t.zoom = %(zoom)s AND t.x = %(x)s AND t.y = %(y)s
"""


def keep(conn: Connection, tiles: Iterable[Mapping[str, Any]]) -> None:
    for tile in tiles:
        conn.execute(KEEP, tile)


def count(conn: Connection, name: str, start: bytes) -> int:
    """How many of its tiles were kept that begin as pictures of its type do."""
    return conn.execute(COUNT, {"map": name, "start": start}).fetchall()[0]["n"]


def show(conn: Connection, described: Mapping[str, Any]) -> None:
    """Shows that map, and drops the tiles of every other."""
    conn.execute(SHOW, described)
    conn.execute(FORGET_OTHERS, described)


def shown(conn: Connection) -> TownMapShown | None:
    row = conn.execute(SHOWN).fetchone()
    return from_json(TownMapShown, row) if row else None


def tile(conn: Connection, asked: ReadMapTile) -> tuple[str, bytes] | None:
    """Type and bytes, of the map that is shown."""
    row = conn.execute(TILE, vars(asked)).fetchone()
    return (row["type"], row["bytes"]) if row else None
