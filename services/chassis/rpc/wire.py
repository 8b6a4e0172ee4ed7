"""The messages of RPC, encrypted: the broker and its disk see only ciphertext."""

from typing import Any

import orjson
from cryptography.exceptions import InvalidTag

from services.chassis.errors import Refusal, class_of
from services.chassis.event_store import sealing

CONTENT_TYPE = "application/x-parvis-sealed"
CONTEXT = b"parvis-rpc"


class Unreadable(ValueError):
    """The body was not sealed with our key."""


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


def unseal(key: bytes, body: bytes | str) -> Any:
    """The message again; raises Unreadable."""
    raw = body.encode() if isinstance(body, str) else bytes(body)
    try:
        return orjson.loads(sealing.decrypt(key, raw, bound_to=CONTEXT))
    except (InvalidTag, orjson.JSONDecodeError):
        raise Unreadable("an RPC body that RPC_KEY does not open") from None
