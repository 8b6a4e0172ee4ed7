"""The proof of work beside a security code, found as a browser finds it, but by an implementation of its own."""

import hashlib
from itertools import count
from typing import Any


def proof_for(captcha_id: str, puzzle: dict[str, Any]) -> str:
    """The first number whose slow hash begins with enough bits at zero."""
    for number in count():
        digest = hashlib.pbkdf2_hmac("sha256", str(number).encode(), captcha_id.encode(), puzzle["iterations"])
        if f"{int.from_bytes(digest, 'big'):0256b}".startswith("0" * puzzle["zero_bits"]):
            return str(number)
    raise AssertionError
