"""The messages of RPC, encrypted: the broker and its disk see only ciphertext."""

from collections.abc import Sequence
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag

from services.chassis.errors import Refusal, class_of
from services.chassis.event_store import sealing

CONTENT_TYPE = "application/x-parvis-sealed"
CONTEXT = b"parvis-rpc"
CLOCK = "clock"
"""A method of every service: it answers nothing, and as each answer this one bears the time of the process that gives it."""


class Unreadable(ValueError):
    """The body was sealed with none of our keys."""


def to_wire(refusal: Refusal) -> dict[str, object]:
    """The one form in which a refusal travels between processes."""
    return {name: getattr(refusal, name) for name in ("kind", "code", "message", "fields", "details")}


def from_wire(wire: dict[str, Any]) -> Refusal:
    """The refusal again: of its class where that is declared, else of its kind's class with the code that it had."""
    known = class_of(wire["kind"], wire["code"])
    refusal = known(wire["message"], fields=wire["fields"], details=wire["details"])
    refusal.code = wire["code"]
    return refusal


def seal(key: bytes, message: Any) -> bytes:
    """A message as it travels."""
    return sealing.encrypt(key, orjson.dumps(message), bound_to=CONTEXT)


def unseal(keys: Sequence[bytes], body: bytes | str) -> tuple[Any, bytes]:
    """The message again, and which of the keys opened it; raises Unreadable."""
    raw = body.encode() if isinstance(body, str) else bytes(body)
    for key in keys:
        try:
            return orjson.loads(sealing.decrypt(key, raw, bound_to=CONTEXT)), key
        except InvalidTag:
            continue
        except orjson.JSONDecodeError:
            break
    raise Unreadable("an RPC body that RPC_KEY does not open")
