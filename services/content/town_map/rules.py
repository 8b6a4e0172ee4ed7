"""What a tile of the town's map may be; pure."""

import base64
import binascii

from services.chassis.errors import Conflict, Invalid, NotFound
from services.content.schemas.pictures import STARTS
from services.content.schemas.town_map import LARGEST_TILE, TYPES, MapTile, on_map


class NoMap(NotFound):
    message = "Le plan de la commune n’est pas disponible."


class TileRefused(Invalid):
    message = "Une tuile du plan ne peut pas être gardée : il faut des images PNG, JPEG ou WebP de 200 ko au plus."


class TypeRefused(Invalid):
    message = "Les tuiles du plan sont des images PNG, JPEG ou WebP."


class TilesMissing(Conflict):
    message = "Des tuiles du plan manquent : relancez l’import."


def bytes_of(tile: MapTile) -> bytes:
    """The picture; raises TileRefused where it is none, or lies nowhere on a map."""
    try:
        data = base64.b64decode(tile.content, validate=True)
    except (binascii.Error, ValueError):
        raise TileRefused from None
    if not on_map(tile.zoom, tile.x, tile.y) or len(data) > LARGEST_TILE or not data.startswith(tuple(STARTS.values())):
        raise TileRefused
    return data


def known_type(kind: str) -> str:
    if kind not in TYPES.values():
        raise TypeRefused
    return kind
