"""A point of the town's map: as it is typed, kept, and said in words, by a place that everybody knows. Pure.

`gateway/pages/static/map.js` says the same of a point while it is being placed.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from services.townhall.person import Wrong, is_empty, line
from services.townhall.sentences import number
from services.townhall.typography import NBSP
from services.townhall.untyped import is_mapping, text

DECIMALS = 5
"""Of a degree: about a metre, for a lamp post; none would find it by less, and more would be invented."""
LONGEST_WORDS = 150
METRES_OF_A_DEGREE = 111_320
AT_IT_METRES = 15
DIRECTIONS = (
    *("au nord", "au nord-est", "à l’est", "au sud-est"),
    *("au sud", "au sud-ouest", "à l’ouest", "au nord-ouest"),
)
DEGREES = re.compile(r"[-+]?\d{1,3}(?:[.,]\d{1,20})?")
MOST = {"lat": 90, "lon": 180}

NOT_READ = "Le point de la carte n’a pas pu être lu : placez-le de nouveau, ou décrivez le lieu."
OUTSIDE = "Ce point est en dehors de la commune : placez-le dans la commune, ou retirez-le et décrivez le lieu."


class Bounds(Protocol):
    """The edges of the town, in degrees."""

    @property
    def south(self) -> float: ...
    @property
    def west(self) -> float: ...
    @property
    def north(self) -> float: ...
    @property
    def east(self) -> float: ...


class Known(Protocol):
    """A place that everybody knows."""

    @property
    def name(self) -> str: ...
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


def read(raw: object) -> dict[str, object] | None:
    """The value of an answer: the point, as `lat` and `lon`, or words for the place, or both; None where the point was taken
    away and no word is left. A text alone is such words. Raises Wrong."""
    if isinstance(raw, str):
        given: Mapping[str, object] = {"words": raw}
    elif is_mapping(raw):
        given = raw
    else:
        raise Wrong("Décrivez le lieu, ou placez-le sur la carte.")
    words = line(given.get("words") or "", LONGEST_WORDS)
    value: dict[str, object] = {"words": words} if words else {}
    degrees = {name: given.get(name) for name in MOST}
    if given.get("removed") not in ("on", True) and not all(map(is_empty, degrees.values())):
        value |= {name: _degrees(one, MOST[name]) for name, one in degrees.items()}
    return value or None


def _degrees(raw: object, most: int) -> float:
    if isinstance(raw, str) and DEGREES.fullmatch(raw.strip()):
        found = float(raw.strip().replace(",", "."))
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        found = float(raw) if abs(raw) <= most else math.inf
    else:
        raise Wrong(NOT_READ)
    if not abs(found) <= most:  # nor is what is no number
        raise Wrong(NOT_READ)
    return round(found, DECIMALS)


def point(value: Mapping[str, object]) -> tuple[float, float] | None:
    """The latitude and longitude of an answer that was read; None where it has words alone."""
    lat, lon = value.get("lat"), value.get("lon")
    return (float(lat), float(lon)) if isinstance(lat, int | float) and isinstance(lon, int | float) else None


def check(value: Mapping[str, object], town: Bounds) -> None:
    """Raises Wrong where the point is outside the town."""
    placed = point(value)
    if placed and not (town.south <= placed[0] <= town.north and town.west <= placed[1] <= town.east):
        raise Wrong(OUTSIDE)


def in_words(value: Mapping[str, object], known: Iterable[Known]) -> str:
    """The answer as a person reads it: its words, then where the point is."""
    placed = point(value)
    said = f"Point sur la carte : {point_in_words(*placed, known)}" if placed else ""
    return "\n".join(filter(None, (text(value.get("words")), said)))


def point_in_words(lat: float, lon: float, known: Iterable[Known]) -> str:
    """« à 120 m au nord-est de « Hôtel de ville » (48,71250 N, 0,14000 O) »."""
    degrees = f"{_figures(lat)}{NBSP}{'S' if lat < 0 else 'N'}, {_figures(lon)}{NBSP}{'O' if lon < 0 else 'E'}"
    near = min(known, key=lambda one: metres((one.lat, one.lon), (lat, lon)), default=None)
    if near is None:
        return degrees
    away = metres((near.lat, near.lon), (lat, lon))
    if away < AT_IT_METRES:
        return f"tout près de « {near.name} » ({degrees})"
    return f"à {distance(away)} {direction((near.lat, near.lon), (lat, lon))} de « {near.name} » ({degrees})"


def _figures(degrees: float) -> str:
    return f"{abs(degrees):.{DECIMALS}f}".replace(".", ",")


def distance(away: float) -> str:
    """« 120 m », « 1,2 km »."""
    if away < 1000:
        return f"{max(10, int(away / 10 + 0.5) * 10)}{NBSP}m"
    return f"{number(int(away / 100 + 0.5) / 10).removesuffix(',0')}{NBSP}km"


def direction(origin: tuple[float, float], other: tuple[float, float]) -> str:
    north, east = _apart(origin, other)
    return DIRECTIONS[int(math.degrees(math.atan2(east, north)) / 45 + 8.5) % 8]


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two points of a town are from each other."""
    return math.hypot(*_apart(one, other))


def _apart(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Metres to the north and to the east; a town is small enough to be flat."""
    wide = math.cos(math.radians((one[0] + other[0]) / 2))
    return (other[0] - one[0]) * METRES_OF_A_DEGREE, (other[1] - one[1]) * METRES_OF_A_DEGREE * wide
