"""The town's map as pages ask for it."""

import base64

from services.chassis.event_store.transaction import Reading
from services.chassis.settings import Settings
from services.content.schemas.town_map import ReadMapTile, ReadTownMap, TileContent, TownMapShown
from services.content.town_map import rows, rules


def town_map(tx: Reading, _: Settings, asked: ReadTownMap) -> TownMapShown:
    if (found := rows.shown(tx.conn)) is None:
        raise rules.NoMap
    return found


def map_tile(tx: Reading, _: Settings, asked: ReadMapTile) -> TileContent:
    if (found := rows.tile(tx.conn, asked)) is None:
        raise rules.NoMap
    kind, data = found
    return TileContent(type=kind, content=base64.b64encode(data).decode())
