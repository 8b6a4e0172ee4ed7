"""The number of a request, as people read it out: `2026-7K3M-QX4P`. Pure.

Derived from the request's id and a key, so that a number tells nothing of the id, of other numbers or of how many there
are. It names a request; it never opens one. Crockford's base 32 has no letter that is taken for a digit.
"""

import hashlib
import hmac
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FORM = re.compile(r"\d{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


def number(key: bytes, request_id: str, year: int, attempt: int = 0) -> str:
    """The request's number; `attempt` gives another one when chance has given the first to someone else."""
    mac = hmac.digest(key, f"number:{attempt}:{request_id}".encode(), hashlib.sha256)
    value = int.from_bytes(mac[:5])
    digits = "".join(ALPHABET[(value >> shift) & 31] for shift in range(35, -1, -5))
    return f"{year}-{digits[:4]}-{digits[4:]}"


def read(typed: str) -> str | None:
    """The number that a person meant: any case, with or without dashes, O for 0, I or L for 1; None if it is none."""
    characters = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(str.maketrans("OIL", "011"))
    meant = f"{characters[:4]}-{characters[4:8]}-{characters[8:]}"
    return meant if FORM.fullmatch(meant) else None
