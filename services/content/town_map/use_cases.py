"""How the operators' command brings in the town's map: some tiles at a time, then the whole is shown at once."""

from services.chassis.actors import only_ourselves
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.schemas.pictures import STARTS
from services.content.schemas.town_map import KeepMapTiles, PublishTownMap
from services.content.town_map import rows, rules


def keep_map_tiles(tx: Transaction, _: Settings, asked: KeepMapTiles) -> None:
    only_ourselves(tx.actor)
    rows.keep(
        tx.conn,
        [
            {"map": asked.map, "zoom": one.zoom, "x": one.x, "y": one.y, "bytes": rules.bytes_of(one)}
            for one in asked.tiles
        ],
    )


def publish_town_map(tx: Transaction, _: Settings, asked: PublishTownMap) -> None:
    """Raises TilesMissing while not all were kept, each a picture of that type: an import that was cut short shows nothing."""
    only_ourselves(tx.actor)
    kind = rules.known_type(asked.type)
    tx.lock("town-map")  # of two imports at once, the later is shown, whole
    if rows.count(tx.conn, asked.map, STARTS[kind]) != asked.tiles:
        raise rules.TilesMissing
    rows.show(tx.conn, vars(asked))
