"""The data of the script of the town's map (static/map.js): the edges of the town, and what to mark; pure."""

import json

from services.procedures.schemas.definitions.towns import TownMap
from services.requests.schemas.nearby import Nearby


def map_edges(town: TownMap) -> str:
    """The edges, and the places by which a point is said."""
    known = [vars(one) for one in town.landmarks]
    return json.dumps({**vars(town), "landmarks": known}, ensure_ascii=False)


def map_marks(nearby: Nearby) -> str:
    """The place of the request, then those of the others by their numbers in the list."""
    here = [{"lat": nearby.point.lat, "lon": nearby.point.lon, "mark": ""}] if nearby.point else []
    others = [{"lat": one.lat, "lon": one.lon, "mark": str(place)} for place, one in enumerate(nearby.items, start=1)]
    return json.dumps([*here, *others])
