"""`parvis map FILE`: the tiles of the town's map, read from an MBTiles file and sent to content, which keeps and serves them."""

import argparse
import base64
import hashlib
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from deploy.command.console import Console
from deploy.command.layout import caller_path, here
from deploy.command.running import running_settings
from deploy.command.trouble import Trouble
from deploy.operator.calls import KEEPER, command_id
from services.chassis.errors import NotFound
from services.chassis.rpc.client import RpcClient, send
from services.content.schemas.pictures import STARTS
from services.content.schemas.town_map import (
    DEEPEST,
    LARGEST_TILE,
    MOST_AT_ONCE,
    MOST_TILES,
    TYPES,
    KeepMapTiles,
    MapTile,
    PublishTownMap,
    ReadTownMap,
    on_map,
)

MAP_FILE = "map.mbtiles"
"""Its name in the folder of a town that is brought in whole, such as the demonstration's."""
BYTES_AT_ONCE = 1_000_000
SECONDS = 60.0
READING_SECONDS = 300.0
"""Of the processor: what a file may contain is for its maker to say, views and all, and one may have no end."""
STEPS = 100_000
"""Of SQLite's, after which that time is looked at."""
LARGEST_VALUE = 1_000_000
"""Of anything in the file, in bytes: no larger one is ever held."""
METADATA = "SELECT name, value FROM metadata WHERE name IN ('format', 'attribution') LIMIT 10"
PLACES = """
SELECT zoom_level, tile_column, tile_row, typeof(tile_data) = 'blob', length(tile_data) FROM tiles LIMIT :most
"""
TILES = """
SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles ORDER BY zoom_level, tile_column, tile_row LIMIT :most
"""
ROWS = {"most": MOST_TILES + 1}


@dataclass(frozen=True)
class Tile:
    """`y` counts from the north, as maps on the web do; an MBTiles file counts from the south."""

    zoom: int
    x: int
    y: int
    data: bytes


@dataclass(frozen=True)
class TownMap:
    """What such a file holds, checked. `name`: of its content."""

    file: Path
    name: str
    type: str
    zooms: tuple[int, int]
    attribution: str
    tiles: int


def run(options: argparse.Namespace) -> str:
    found = read(caller_path(options.file))
    with RpcClient(running_settings(here())) as rpc:
        if shown(rpc) == found.name:
            return "Ce plan est déjà celui de la commune : rien n’a changé."
        bring_in(found, rpc, Console())
    return f"Le plan de la commune est en place : {found.tiles} tuiles, échelles {found.zooms[0]} à {found.zooms[1]}."


def bring_in_of(folder: Path, rpc: RpcClient, console: Console) -> None:
    """The map of a town's folder, where there is one."""
    if (file := folder / MAP_FILE).exists():
        bring_in(read(file), rpc, console)
        console.step("Plan de la commune en place")


def bring_in(found: TownMap, rpc: RpcClient, console: Console) -> None:
    """Every tile, some at a time, then the whole at once; asked again after it was cut short, it changes nothing that was kept."""
    sent = 0
    with console.busy(lambda: f"Plan de la commune : {sent} tuiles sur {found.tiles}"):
        for tiles in bundles(found.file):
            sent += len(tiles)
            kept = KeepMapTiles(map=found.name, tiles=tiles)
            send(rpc, kept, actor=KEEPER, command_id=command_id(kept), timeout=SECONDS)
        whole = PublishTownMap(
            map=found.name,
            type=found.type,
            min_zoom=found.zooms[0],
            max_zoom=found.zooms[1],
            attribution=found.attribution,
            tiles=found.tiles,
        )
        send(rpc, whole, actor=KEEPER, command_id=command_id(whole), timeout=SECONDS)


def shown(rpc: RpcClient) -> str | None:
    """The name of the map that the portal shows."""
    try:
        return send(rpc, ReadTownMap(), actor=KEEPER).map
    except NotFound:
        return None


def read(file: Path) -> TownMap:
    """Looks at every tile of the file; raises Trouble with what is wrong with it, and what to do."""
    if not file.is_file():
        raise Trouble(f"Il n’y a pas de fichier {file}.")
    try:
        metadata = _metadata(file)
        kind = _type(metadata)
        _check_places(file)
        digest = hashlib.sha256(repr((kind, metadata.get("attribution", ""))).encode())
        zooms, count = set[int](), 0
        for tile in tiles_of(file):
            if not tile.data.startswith(STARTS[kind]):
                raise Trouble(f"{_named(tile.zoom, tile.x, tile.y)} n’est pas une image du format annoncé ({kind}).")
            digest.update(repr((tile.zoom, tile.x, tile.y)).encode() + tile.data)
            zooms.add(tile.zoom)
            count += 1
    except sqlite3.DataError as error:
        raise Trouble(f"{file.name} contient une tuile trop lourde : {LARGEST_TILE // 1000} ko au plus.") from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise Trouble(f"{file.name} est trop long à lire : refaites le fichier avec de simples tables.") from error
        raise Trouble(
            f"{file.name} ne peut pas être lu comme un fichier MBTiles : il est abîmé, ou d’une autre sorte."
        ) from error
    if not zooms:
        raise Trouble(f"{file.name} ne contient aucune tuile.")
    return TownMap(
        file=file,
        name=digest.hexdigest()[:16],
        type=kind,
        zooms=(min(zooms), max(zooms)),
        attribution=metadata.get("attribution", "")[:500],
        tiles=count,
    )


def _type(metadata: Mapping[str, str]) -> str:
    kind = metadata.get("format", "").lower()
    if kind == "pbf":
        raise Trouble("Ce fichier a des tuiles vectorielles (pbf) : il faut des images PNG, JPEG ou WebP.")
    if kind not in TYPES:
        raise Trouble("Ce fichier ne dit pas le format de ses tuiles (format : png, jpg ou webp, dans metadata).")
    return TYPES[kind]


def _check_places(file: Path) -> None:
    """Looks at where the tiles lie and how heavy they are, before any of them is read."""
    seen = set[tuple[int, int, int]]()
    with closing(_opened(file)) as base:
        for zoom, column, row, is_blob, size in base.execute(PLACES, ROWS):
            if not is_blob:
                raise _without(file)
            place = _place(file, zoom, column, row)
            if place in seen:
                raise Trouble(f"{_named(*place)} se trouve deux fois dans {file.name} : refaites le fichier.")
            if size > LARGEST_TILE:
                raise Trouble(f"{_named(*place)} est trop lourde : {LARGEST_TILE // 1000} ko au plus.")
            seen.add(place)
            if len(seen) > MOST_TILES:
                raise Trouble(f"Ce plan a plus de {MOST_TILES} tuiles : gardez moins d’échelles, ou la seule commune.")


def _place(file: Path, zoom: object, column: object, row: object) -> tuple[int, int, int]:
    """Zoom, x and y, counted from the north."""
    if not (isinstance(zoom, int) and isinstance(column, int) and isinstance(row, int)):
        raise _without(file)
    if not on_map(zoom, column, row):
        raise Trouble(f"{_named(zoom, column, row)} est hors de la carte, ou d’une échelle au-delà de {DEEPEST}.")
    return zoom, column, (1 << zoom) - 1 - row


def _without(file: Path) -> Trouble:
    return Trouble(f"{file.name} a une tuile sans place ou sans image.")


def _named(zoom: int, x: int, y: int) -> str:
    return f"La tuile {zoom}/{x}/{y}"


def bundles(file: Path) -> Iterator[tuple[MapTile, ...]]:
    bundle: list[MapTile] = []
    size = 0
    for tile in tiles_of(file):
        bundle.append(MapTile(zoom=tile.zoom, x=tile.x, y=tile.y, content=base64.b64encode(tile.data).decode()))
        size += len(tile.data)
        if size >= BYTES_AT_ONCE or len(bundle) == MOST_AT_ONCE:
            yield tuple(bundle)
            bundle, size = [], 0
    if bundle:
        yield tuple(bundle)


def _metadata(file: Path) -> dict[str, str]:
    with closing(_opened(file)) as base:
        return {str(name): str(value) for name, value in base.execute(METADATA)}


def tiles_of(file: Path) -> Iterator[Tile]:
    with closing(_opened(file)) as base:
        for zoom, column, row, data in base.execute(TILES, ROWS):
            if not isinstance(data, bytes):
                raise _without(file)
            yield Tile(*_place(file, zoom, column, row), data)


def _opened(file: Path) -> sqlite3.Connection:
    """For reading alone. The file is not ours: its values have a bound, and so has the time that it may take to read."""
    base = sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro&immutable=1", uri=True)
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    base.execute("PRAGMA trusted_schema = OFF")
    end = time.process_time() + READING_SECONDS
    base.set_progress_handler(lambda: int(time.process_time() > end), STEPS)
    return base
