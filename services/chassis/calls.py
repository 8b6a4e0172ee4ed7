"""A call as an entrypoint receives it. Pure."""

from dataclasses import dataclass
from typing import Any

from services.chassis.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Call:
    """Who asks what: the body as the entrypoint's schema loaded it, the id that makes a command idempotent."""

    actor: Actor
    body: dict[str, Any]
    command_id: str | None = None
    correlation_id: str | None = None
