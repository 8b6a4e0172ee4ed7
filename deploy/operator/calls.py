"""What the operators' commands share: one call to a service of the running instance, and the services by name."""

from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from deploy.command.layout import here
from deploy.command.running import running_settings
from deploy.command.trouble import Trouble
from services.chassis.actors import Actor
from services.chassis.clock import Ids
from services.chassis.contracts import Command, RemoteCall
from services.chassis.rpc import client
from services.chassis.service_list import service_names

KEEPER = Actor(kind="system", id="import")

A = TypeVar("A")


def command_id(asked: RemoteCall[A]) -> UUID | None:
    """A new id where the call changes something."""
    return Ids().new() if isinstance(asked, Command) else None


def send(asked: RemoteCall[A], *, seconds: float | None = None, by: str = "") -> A:
    """The answer of the running instance; raises what it refuses. `by`: the name of the operator, where it is kept."""
    with client.RpcClient(running_settings(here())) as rpc:
        return client.send(rpc, asked, actor=replace(KEEPER, name=by), command_id=command_id(asked), timeout=seconds)


def services(named: str | None) -> list[str]:
    """The service that a command names, or all where it names none."""
    known = service_names()
    if named is None:
        return known
    if named not in known:
        raise Trouble(f"Aucun service ne s’appelle {named} ; les services : {', '.join(known)}.")
    return [named]
