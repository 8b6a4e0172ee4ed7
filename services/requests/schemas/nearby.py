"""Declared call of an agent's file: the other open requests around the place that one is about."""

from datetime import datetime

from services.chassis.contracts import RecordedLook
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.towns import TownMap
from services.requests.schemas.dashboard import StatusShown
from services.requests.schemas.shapes import OnNumber


class Point(Struct):
    """In degrees, to about a metre."""

    lat: float
    lon: float


class NearbyRequest(Point):
    """`metres`: how far from the request that was asked about."""

    number: str
    procedure_title: str
    status: StatusShown
    submitted_at: datetime
    metres: int


class Nearby(Struct):
    """`point`: where the request is about, None where it says none. `items`: the others, the most recent first; `more`: there are
    others yet. `map`: the edges of the town, as the procedure knows them."""

    point: Point | None = None
    items: tuple[NearbyRequest, ...] = ()
    more: bool = False
    map: TownMap | None = None


class ListNearby(OnNumber, RecordedLook[Nearby]):
    """Of the agent's departments, confidential procedures left out. Raises RequestNotFound, NotAllowed."""
