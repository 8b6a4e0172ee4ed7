"""A tile of the town's map, for pages and programs alike."""

import re

from gateway.conversation import clients
from services.chassis.errors import NotFound
from services.content.schemas.town_map import MAP_NAME, ReadMapTile, TileContent, on_map


def tile(plan: str, zoom: int, x: int, y: int) -> TileContent:
    """Raises NotFound also for what can be no tile of a map: whatever was asked, there is none."""
    if not (re.fullmatch(MAP_NAME, plan) and on_map(zoom, x, y)):
        raise NotFound("Le plan de la commune n’a pas cette tuile.")
    return clients().send(ReadMapTile(map=plan, zoom=zoom, x=x, y=y))
