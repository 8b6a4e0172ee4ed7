"""A call as an entrypoint receives it. Pure."""

from services.chassis.actors import Actor
from services.chassis.contracts import Json
from services.chassis.structs import Struct


class Call(Struct):
    """A call as its method receives it: the body as its schema loaded it, the id that makes a command idempotent, the class
    that declares the call, where one does, and the town, where the caller knew it."""

    method: str
    actor: Actor
    body: Json
    command_id: str | None = None
    correlation_id: str | None = None
    declared: type[Struct] | None = None
    town: str | None = None
