"""What processes tell each other over RPC, sealed: the broker and its disk see only ciphertext."""

from typing import Any

import orjson
from cryptography.exceptions import InvalidTag

from services.chassis.event_store import sealing

CONTENT_TYPE = "application/x-parvis-sealed"
CONTEXT = b"parvis-rpc"


class Unreadable(ValueError):
    """The body was not sealed with our key."""


def seal(key: bytes, message: Any) -> bytes:
    """A message as it travels."""
    return sealing.encrypt(key, orjson.dumps(message), bound_to=CONTEXT)


def unseal(key: bytes, body: bytes) -> Any:
    """The message again; raises Unreadable."""
    try:
        return orjson.loads(sealing.decrypt(key, bytes(body), bound_to=CONTEXT))
    except (InvalidTag, orjson.JSONDecodeError):
        raise Unreadable("an RPC body that RPC_KEY does not open") from None
