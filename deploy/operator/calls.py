"""What the operators' commands share: one call to a service of the running instance, and the services by name."""

from dataclasses import replace
from typing import Any, TypeVar

from deploy.command.layout import here
from deploy.command.running import running_settings
from deploy.command.trouble import Trouble
from services.chassis.actors import Actor
from services.chassis.clock import Ids
from services.chassis.contracts import RemoteCall, to_json
from services.chassis.rpc.client import RpcClient, answer_of
from services.chassis.service_list import service_names

KEEPER = Actor(kind="system", id="import")

A = TypeVar("A")


def ask(method: str, body: dict[str, Any], *, command: bool = False, seconds: float | None = None, by: str = "") -> Any:
    """What `service.method` answers; raises what it refuses. `by`: the name of who typed the command, where it is kept."""
    actor, command_id = replace(KEEPER, name=by), Ids().new() if command else None
    with RpcClient(running_settings(here())) as rpc:
        return rpc.call(method, body, actor=actor, command_id=command_id, timeout=seconds)


def send(asked: RemoteCall[A], *, command: bool = False, seconds: float | None = None, by: str = "") -> A:
    """`ask` of a declared call."""
    return answer_of(asked, ask(asked.rpc_name(), to_json(asked), command=command, seconds=seconds, by=by))


def services(named: str | None) -> list[str]:
    """The service that a command names, or all where it names none."""
    known = service_names()
    if named is None:
        return known
    if named not in known:
        raise Trouble(f"Aucun service ne s’appelle {named} ; les services : {', '.join(known)}.")
    return [named]
