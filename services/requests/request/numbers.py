"""The number of a request, as people read it out: `2026-7K3M-QX4P`. Pure.

Derived from the request's id and a key, so that a number shows nothing of the id, of other numbers or of how many there
are. It names a request; it never opens one. Crockford's base 32 has no letter that is taken for a digit.
"""

import hashlib
import hmac
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FORM = re.compile(r"\d{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
Part = tuple[str, str]  # four characters that follow each other, and what follows them
SHORTEST_PART = 4
PART = re.compile(r"(?:\d{4}[\s-]+)?([0-9A-Za-z][0-9A-Za-z\s-]*)")


def number(key: bytes, request_id: str, year: int, attempt: int = 0) -> str:
    """The request's number; `attempt` gives another one when chance has given the first to someone else."""
    mac = hmac.digest(key, f"number:{attempt}:{request_id}".encode(), hashlib.sha256)
    value = int.from_bytes(mac[:5])
    digits = "".join(ALPHABET[(value >> shift) & 31] for shift in range(35, -1, -5))
    return f"{year}-{digits[:4]}-{digits[4:]}"


def read(typed: str) -> str | None:
    """The number that a person meant: any case, with or without dashes, O for 0, I or L for 1; None if it is none."""
    characters = _characters(typed)
    meant = f"{characters[:4]}-{characters[4:8]}-{characters[8:]}"
    return meant if FORM.fullmatch(meant) else None


def part(typed: str) -> Part | None:
    """The part of a number that a person meant, behind its year: four characters or more; None if it can be none."""
    found = PART.fullmatch(typed.strip())
    meant = _characters(found[1]) if found else ""
    return _cut(meant) if SHORTEST_PART <= len(meant) <= 8 and set(meant) <= set(ALPHABET) else None


def parts(number: str) -> list[Part]:
    """By which it is found: what is typed of it has the four characters of one of them, then the beginning of the rest."""
    characters = _characters(number)[4:]
    return [_cut(characters[start:]) for start in range(len(characters) - SHORTEST_PART + 1)]


def _cut(characters: str) -> Part:
    return characters[:SHORTEST_PART], characters[SHORTEST_PART:]


def _characters(typed: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(str.maketrans("OIL", "011"))
