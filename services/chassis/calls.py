"""A call as an entrypoint receives it. Pure."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from services.chassis.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Call:
    """Who asks what: the body as the entrypoint's schema loaded it, the id that makes a command idempotent."""

    actor: Actor
    body: dict[str, Any]
    command_id: str | None = None
    correlation_id: str | None = None

    def body_hash(self) -> bytes:
        """SHA-256 of the body, the same for the same values in any order."""
        return hashlib.sha256(orjson.dumps(self.body, option=orjson.OPT_SORT_KEYS, default=str)).digest()
