"""The proof of work beside the security code: a number that took a browser a moment to find, checked in one step. Pure.

The puzzle is the code's own id, so a proof is bound to one code, and lives and is used up with it: nothing is stored or
signed for it. PBKDF2 is the slow hash that every browser has built in; see docs/decisions/0009.
"""

import hashlib
import re

ITERATIONS = 10_000
ZERO_BITS = 8  # 256 tries on average: half a second of a laptop, two or three of a telephone
_DIGEST_BITS = 256
_NUMBER = re.compile(r"[0-9]{1,10}")


def proves(number: str, captcha_id: str) -> bool:
    """Whether PBKDF2-HMAC-SHA256 of the number, salted with the code's id, begins with enough bits at zero."""
    if _NUMBER.fullmatch(number) is None:
        return False
    digest = hashlib.pbkdf2_hmac("sha256", number.encode(), captcha_id.encode(), ITERATIONS)
    return int.from_bytes(digest, "big") >> (_DIGEST_BITS - ZERO_BITS) == 0
