"""Finding a name without keeping it in clear: keyed hashes of its words, folded. Pure.

A word is found by its beginning (three letters or more), in any case, with or without accents.
"""

import hashlib
import hmac
import re

from services.townhall.folding import without_accents

SHORTEST = 3
LONGEST = 12
HASH_BYTES = 8


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


def _hash(key: bytes, word: str) -> bytes:
    return hmac.digest(key, f"word:{word}".encode(), hashlib.sha256)[:HASH_BYTES]
