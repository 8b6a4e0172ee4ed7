"""A call as an entrypoint receives it. Pure."""

from dataclasses import dataclass
from typing import Any

from services.chassis.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Call:
    """Who asks what of which method: the body as its schema loaded it, the id that makes a command idempotent, and the class
    that declares the call, where one does."""

    method: str
    actor: Actor
    body: dict[str, Any]
    command_id: str | None = None
    correlation_id: str | None = None
    declared: type[Any] | None = None
