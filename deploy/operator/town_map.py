"""`parvis map FILE`: the tiles of the town's map, read from an MBTiles file and sent to content, which keeps and serves them."""

import argparse
import base64
import hashlib
import sqlite3
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
)

MAP_FILE = "map.mbtiles"
"""Its name in the folder of a town that is brought in whole, such as the demonstration's."""
BYTES_AT_ONCE = 1_000_000
SECONDS = 60.0
METADATA = "SELECT name, value FROM metadata"
TILES = "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles ORDER BY zoom_level, tile_column, tile_row"
STARTS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/webp": b"RIFF"}


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
        digest = hashlib.sha256(repr((kind, metadata.get("attribution", ""))).encode())
        zooms, count = set[int](), 0
        for tile in tiles_of(file):
            _check(tile, kind)
            digest.update(repr((tile.zoom, tile.x, tile.y)).encode() + tile.data)
            zooms.add(tile.zoom)
            count += 1
            if count > MOST_TILES:
                raise Trouble(f"Ce plan a plus de {MOST_TILES} tuiles : gardez moins d’échelles, ou la seule commune.")
    except sqlite3.Error as error:
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


def _check(tile: Tile, kind: str) -> None:
    across = 1 << tile.zoom if 0 <= tile.zoom <= DEEPEST else 0
    where = f"La tuile {tile.zoom}/{tile.x}/{tile.y}"
    if not (0 <= tile.x < across and 0 <= tile.y < across):
        raise Trouble(f"{where} est hors de la carte, ou d’une échelle au-delà de {DEEPEST}.")
    if len(tile.data) > LARGEST_TILE:
        raise Trouble(f"{where} est trop lourde : {LARGEST_TILE // 1000} ko au plus.")
    if not tile.data.startswith(STARTS[kind]):
        raise Trouble(f"{where} n’est pas une image du format annoncé ({kind}).")


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
        for zoom, column, row, data in base.execute(TILES):
            whole = all(isinstance(one, int) for one in (zoom, column, row)) and isinstance(data, bytes)
            if not whole:
                raise Trouble(f"{file.name} a une tuile sans place ou sans image.")
            yield Tile(zoom=zoom, x=column, y=(1 << max(zoom, 0)) - 1 - row, data=data)


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro&immutable=1", uri=True)
