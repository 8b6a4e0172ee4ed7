"""One call to a service of the instance that is up, as whoever keeps it running."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deploy.local.instance import running_settings
from deploy.local.layout import here
from services.chassis.actors import Actor
from services.chassis.clock import Ids
from services.chassis.rpc.client import RpcClient

KEEPER = Actor(kind="system", id="import")


def ask(method: str, body: dict[str, Any], *, command: bool = False, seconds: float | None = None, by: str = "") -> Any:
    """What `service.method` answers; raises what it refuses. `by`: the name of who typed the command, where it is kept."""
    actor, command_id = replace(KEEPER, name=by), Ids().new() if command else None
    with RpcClient(running_settings(here())) as rpc:
        return rpc.call(method, body, actor=actor, command_id=command_id, timeout=seconds)
