"""The services as the gateway sees them: answers by method name, behind the real clients and their signatures."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from marshmallow import Schema

from gateway.clients import Clients
from services.chassis.actors import Actor
from services.chassis.process.running import service_class

Answer = Any | Callable[..., Any] | Exception


@dataclass
class Asked:
    method: str
    body: dict[str, Any]
    actor: Actor
    command_id: Any


@cache
def known_methods() -> set[str]:
    """Every RPC method that gateway/clients names, found by looking at the classes themselves."""
    clients = Clients(StubServices(check=False), lambda _: None)  # type: ignore[arg-type, return-value]
    return {
        f"{service}.{name}"
        for service, client in vars(clients).items()
        for name, _ in inspect.getmembers(client, inspect.ismethod)
        if not name.startswith("_")
    }


@cache
def schema_of(method: str) -> Schema:
    """What the service itself takes: the schema that its @rpc closed over."""
    service, _, name = method.partition(".")
    function = getattr(service_class(service), name)
    return inspect.getclosurevars(function).nonlocals["schema"]


@dataclass
class StubServices:
    """Give answers by `services["requests.tracking"] = {...}`, a refusal, or a function of (body, actor)."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    check: bool = True

    def __setitem__(self, method: str, answer: Answer) -> None:
        if self.check:
            assert method in known_methods(), f"gateway/clients has no {method}"
        self.answers[method] = answer

    def bodies(self, method: str) -> list[dict[str, Any]]:
        """What was asked of one method, in order."""
        return [asked.body for asked in self.asked if asked.method == method]

    def call(
        self,
        method: str,
        body: dict[str, Any],
        *,
        actor: Actor,
        command_id: Any = None,
        correlation_id: str | None = None,
        timeout: float = 4.0,
    ) -> Any:
        self.asked.append(Asked(method, body, actor, command_id))
        assert method in self.answers, f"the test gave no answer for {method}"
        answer = self.answers[method]
        if isinstance(answer, Exception):
            raise answer
        return answer(body, actor) if callable(answer) else answer
