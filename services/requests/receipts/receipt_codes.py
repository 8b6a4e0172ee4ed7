"""The code of a receipt: what the town signs of a filing, in eleven groups of four that a person can type. Pure.

In this order: the number of the request, how many files were handed in, a mark of the town, the minute of the filing, the seal of
the text, the signature over all of that, and a check of the typing. Nothing of a person is in it. What it states is read from the
code itself and proved by its signature, whether or not anything is still kept of the request.
"""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

from services.chassis.errors import Invalid
from services.chassis.structs import Struct
from services.requests.request.numbers import ALPHABET
from services.requests.schemas.refusals import CodeMistyped

GROUP, GROUPS = 4, 11
LENGTH = GROUP * GROUPS
NUMBER, HEAD, TOWN, MINUTE = slice(0, 12), slice(12, 14), slice(14, 16), slice(16, 21)
SEAL, SIGNATURE, CHECK = slice(21, 29), slice(29, 42), slice(42, 44)
SIGNED = slice(0, SEAL.stop)
NO_DERIVED_KEY = "none"
"""At the end of RECEIPT_KEYS: SIGNING_KEY is known to others, what is signed with the key made from it proves nothing any more."""
FIRST_FORM = 1
MOST_FILES = 127
"""As far as a code counts them; a request takes forty at most."""
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
PRIME = 1021
"""Below 32²: no single character that is mistaken, and no two neighbours that are exchanged, leave the remainder as it was."""


class CodeIncomplete(Invalid):
    message = f"Ce code n’a pas la bonne longueur : il compte {LENGTH} lettres et chiffres, en onze groupes de quatre."


class CodeOfAnotherTown(Invalid):
    message = "Ce récépissé n’est pas de cette mairie : adressez-vous à la commune dont il porte le nom."


class CodeNotOurs(Invalid):
    message = "La signature de ce récépissé n’est pas celle de cette mairie : ne vous y fiez pas."


class Code(Struct):
    """What a code states. `written`: its characters without groups; `seal`: that of the text, which a key makes again."""

    written: str
    number: str
    files: int
    submitted_at: datetime
    seal: str


def keys(setting: str, signing_key: bytes) -> tuple[bytes, ...]:
    """The keys of RECEIPT_KEYS, then the one made from SIGNING_KEY, unless they end with `none`: the first one signs, all
    verify."""
    given = setting.split()
    if given and given[-1] == NO_DERIVED_KEY:
        return tuple(base64.b64decode(one) for one in given[:-1])
    derived = hmac.digest(signing_key, b"receipts", hashlib.sha256)
    return (*(base64.b64decode(one) for one in given), derived)


def mint(key: bytes, *, town: str, number: str, submitted_at: datetime, files: int, text: str) -> str:
    """The code of what was filed then, as it is printed: groups joined by hyphens. `text`: what the receipt was made from."""
    minutes = (submitted_at.astimezone(UTC) - BEGINNING) // timedelta(minutes=1)
    signed = "".join(
        (
            number.replace("-", ""),
            _written(FIRST_FORM << 7 | min(files, MOST_FILES), 2),
            _mark_of(town),
            _written(max(minutes, 0), 5),
            seal(key, text),
        )
    )
    whole = signed + _signature(key, signed)
    return grouped(whole + check_of(whole))


def grouped(written: str) -> str:
    return "-".join(written[at : at + GROUP] for at in range(0, len(written), GROUP))


def read(typed: str) -> Code:
    """What a code states, in any way of typing it: any case, O for 0, I or L for 1. Raises CodeIncomplete, CodeMistyped.

    Whether it is true, `signed_by` says.
    """
    written = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(str.maketrans("OIL", "011"))
    if len(written) != LENGTH:
        raise CodeIncomplete(fields={"code": CodeIncomplete.message})
    if not set(written) <= set(ALPHABET) or check_of(written[: CHECK.start]) != written[CHECK]:
        raise CodeMistyped(fields={"code": CodeMistyped.message})
    number = written[NUMBER]
    return Code(
        written=written,
        number=f"{number[:4]}-{number[4:8]}-{number[8:]}",
        files=_value(written[HEAD]) & MOST_FILES,
        submitted_at=BEGINNING + timedelta(minutes=_value(written[MINUTE])),
        seal=written[SEAL],
    )


def signed_by(ring: tuple[bytes, ...], town: str, code: Code) -> bytes:
    """The key that signed it; raises CodeOfAnotherTown, and CodeNotOurs where none of these keys did."""
    if code.written[TOWN] != _mark_of(town):
        raise CodeOfAnotherTown(fields={"code": CodeOfAnotherTown.message})
    for key in ring:
        if hmac.compare_digest(_signature(key, code.written[SIGNED]), code.written[SIGNATURE]):
            return key
    raise CodeNotOurs(fields={"code": CodeNotOurs.message})


def seal(key: bytes, text: str) -> str:
    """Of a text, with a key: without it nobody can look for another text that has the same."""
    return _written(_mac(key, b"text:", text.encode(), bits=40), 8)


def file_seal(key: bytes, code: Code, digest: str) -> str:
    """Of a saved file that bears the code, by the SHA-256 of its text."""
    return hmac.digest(key, f"file:{code.written}:{digest}".encode(), hashlib.sha256).hex()


def _signature(key: bytes, signed: str) -> str:
    return _written(_mac(key, b"code:", signed.encode(), bits=65), 13)


def _mac(key: bytes, purpose: bytes, said: bytes, *, bits: int) -> int:
    return int.from_bytes(hmac.digest(key, purpose + said, hashlib.sha256)) >> (256 - bits)


def _mark_of(town: str) -> str:
    """Two characters by which a receipt of another town is mostly distinguished from a forged one; it proves nothing."""
    return _written(int.from_bytes(hashlib.sha256(town.encode()).digest()) >> 246, 2)


def check_of(characters: str) -> str:
    """The two characters that end a code, by which mistakes of typing are found; anybody can make them."""
    return _written(_value(characters) % PRIME, 2)


def _written(value: int, length: int) -> str:
    return "".join(ALPHABET[(value >> 5 * place) & 31] for place in reversed(range(length)))


def _value(characters: str) -> int:
    value = 0
    for character in characters:
        value = value << 5 | ALPHABET.index(character)
    return value
