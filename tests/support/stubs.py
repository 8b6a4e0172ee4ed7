"""The services as the gateway sees them: answers by method name, behind the real clients.

What a test answers to a declared call, as that class or as JSON values, must fit its declaration.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from marshmallow import Schema

from services.chassis.actors import Actor
from services.chassis.contracts import Command, Query, RecordedLook, RemoteCall, from_json, to_json
from services.chassis.errors import Refusal
from services.chassis.process.running import service_class
from services.chassis.rpc.wire import from_wire, to_wire

Answer = Any | Callable[..., Any] | Exception


@dataclass
class Asked:
    method: str
    body: dict[str, Any]
    actor: Actor
    command_id: Any


@cache
def declared_calls() -> dict[str, type[RemoteCall[Any]]]:
    """Every call that a service declares in its `schemas`, by `service.method`."""
    for path in sorted(Path("services").glob("*/schemas/**/*.py")) + sorted(Path("services").glob("*/schemas.py")):
        import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    kinds = (Query, RecordedLook, Command)
    calls = [cls for kind in kinds for cls in _last(kind) if ".schemas" in cls.__module__]
    return {cls.rpc_name(): cls for cls in calls}


def _last(cls: type[RemoteCall[Any]]) -> list[type[RemoteCall[Any]]]:
    return [one for below in cls.__subclasses__() for one in _last(below)] or [cls]


@cache
def schema_of(method: str) -> Schema:
    """What the service itself takes: the schema that its entrypoint closed over."""
    service, _, name = method.partition(".")
    function = getattr(service_class(service), name)
    return inspect.getclosurevars(function).nonlocals["schema"]


def declared(kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """The fields that the class declares, of values that have more."""
    return to_json(from_json(kind, values))


@dataclass
class Stubs:
    """Give answers by `services["requests.tracking"] = {...}`, a refusal, or a function of (body, actor)."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    check: bool = True

    def __setitem__(self, method: str, answer: Answer) -> None:
        if self.check:
            assert method in declared_calls(), f"no service declares {method}"
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
        if isinstance(answer, Refusal):
            raise from_wire(to_wire(answer))
        if isinstance(answer, Exception):
            raise answer
        given = answer(body, actor) if callable(answer) else answer
        asked = declared_calls().get(method)  # None of a method that a test of the stubs made up
        return declared(asked.answer(), to_json(given)) if asked else given
