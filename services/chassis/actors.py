"""Who asks. The gateway says it, the service that owns the matter decides what it may do. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from services.chassis.errors import Forbidden
from services.chassis.structs import Struct


class Actor(Struct):
    """One party of a call.

    `kind`: visitor, citizen, tracking, agent, partner or system. `id`: for a visitor the SHA-256 of its cookie, for a
    citizen or an agent the account's id, for a system its service's name, for a tracking link nothing. `name`: a function
    that citizens may read (agents), never a citizen's name. `tokens`: tracking links that the browser holds.
    """

    kind: str
    id: str
    name: str = ""
    roles: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it travels."""
        return {**vars(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Actor":
        """The actor again; unknown keys of a newer sender are left out."""
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k in known}
        return cls(**values)


def system(name: str) -> Actor:
    """A process of ours that acts for itself."""
    return Actor(kind="system", id=name)


def only_ourselves(actor: Actor | None, refusal: type[Forbidden] = Forbidden) -> None:
    """Lets a process of ours pass; raises `refusal` for anyone else."""
    if actor is None or actor.kind != "system":
        raise refusal
