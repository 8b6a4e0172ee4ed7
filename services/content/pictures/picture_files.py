"""What the file of a picture may be; pure."""

import base64
import binascii
from collections.abc import Iterator, Mapping

from services.content.pictures import scaling
from services.content.schemas.pictures import STARTS
from services.townhall.problems import Problem

LARGEST_BYTES = 300_000
TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


def problems(given: Mapping[str, str], drawn: Mapping[str, object]) -> Iterator[Problem]:
    """`given`: each file's content in base64, by its name; `drawn`: what was made of those that are new, None of one that
    cannot be drawn."""
    for name, content in given.items():
        message = _fault(name, content)
        if message is None and drawn.get(name, ()) is None:
            message = f"Cette image est abîmée, ou de plus de {scaling.MOST_PIXELS // 1_000_000} millions de points."
        if message is not None:
            yield Problem(file=f"images/{name}", entry=name, field="image", message=message)


def possible(name: str, content: str) -> bytes | None:
    """The bytes of what may be a picture, before it is looked whether it can be drawn."""
    return None if _fault(name, content) else _decoded(content)


def _fault(name: str, content: str) -> str | None:
    kind, data = type_of(name), _decoded(content)
    if kind is None or data is None or not data.startswith(STARTS[kind]):
        return "Il faut une image JPEG, PNG ou WebP."
    if len(data) > LARGEST_BYTES:
        return f"Cette image est trop lourde : {LARGEST_BYTES // 1000} ko au plus."
    return None


def type_of(name: str) -> str | None:
    return TYPES.get(name[name.rfind(".") :].lower()) if "." in name else None


def _decoded(content: str) -> bytes | None:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return None
