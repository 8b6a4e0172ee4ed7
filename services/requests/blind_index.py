"""Finding a name or a place without keeping it in clear: keyed hashes. Pure.

A word is found by its beginning (three letters or more), in any case, with or without accents; a point of the map by the
square in which it lies and the eight around it.
"""

import hashlib
import hmac
import math
import re
from itertools import product

from services.townhall.folding import without_accents

SHORTEST = 3
LONGEST = 12
HASH_BYTES = 8
SQUARE = (0.00225, 0.0035)
"""In degrees of latitude and longitude: from Dunkirk to the equator no side is shorter than 240 m, so what is within 200 m of a
point lies in its square or in one beside it."""


def words(text: str) -> list[str]:
    """The words of a text, lower case, without accents."""
    plain = without_accents(text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", plain)


def tokens(key: bytes, text: str) -> list[bytes]:
    """What is stored for a text: the keyed hash of each beginning of each of its words."""
    beginnings = {
        word[:length] for word in words(text) for length in range(min(SHORTEST, len(word)), min(len(word), LONGEST) + 1)
    }
    return sorted(_hash(key, beginning) for beginning in beginnings)


def searched(key: bytes, query: str) -> list[bytes]:
    """What has to be stored for a text to match: all words of the query, each as a beginning."""
    return [_hash(key, word[:LONGEST]) for word in words(query)]


def holder(key: bytes, purpose: str, value: str) -> str:
    """A keyed hash that shows whether two values are equal, and nothing else."""
    return hmac.new(key, f"{purpose}:{value.strip().lower()}".encode(), hashlib.sha256).hexdigest()[:32]


def cell(key: bytes, lat: float, lon: float) -> bytes:
    """What is stored for a point."""
    return _cell(key, *_square(lat, lon))


def cells_around(key: bytes, lat: float, lon: float) -> list[bytes]:
    """What is stored for the points around that one."""
    row, column = _square(lat, lon)
    return [_cell(key, row + up, column + along) for up, along in product((-1, 0, 1), repeat=2)]


def _square(lat: float, lon: float) -> tuple[int, int]:
    return math.floor(lat / SQUARE[0]), math.floor(lon / SQUARE[1])


def _cell(key: bytes, row: int, column: int) -> bytes:
    return hmac.digest(key, f"cell:{row}:{column}".encode(), hashlib.sha256)[:HASH_BYTES]


def _hash(key: bytes, word: str) -> bytes:
    return hmac.digest(key, f"word:{word}".encode(), hashlib.sha256)[:HASH_BYTES]
