"""The actor of a call, named by the gateway; the service that owns the matter decides what it may do. Pure."""

from services.chassis.errors import Forbidden
from services.chassis.structs import Struct


class Actor(Struct):
    """One party of a call.

    `kind`: "system" for a process of ours, whose `id` is its service's name; the other kinds are those of the services, which
    say what `id` is of each. `name`: what others may read of the party, never a person's name. `tokens`: of the links that
    the browser holds.
    """

    kind: str
    id: str
    name: str = ""
    roles: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()


def system(name: str) -> Actor:
    """A process of ours that acts for itself."""
    return Actor(kind="system", id=name)


def only_ourselves(actor: Actor | None, refusal: type[Forbidden] = Forbidden) -> None:
    """Lets a process of ours pass; raises `refusal` for anyone else."""
    if actor is None or actor.kind != "system":
        raise refusal
