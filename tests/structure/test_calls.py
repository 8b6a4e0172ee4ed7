"""The gateway only asks what a service offers, with the names that the service reads."""

import inspect
import re
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from gateway.clients import Asking, Clients
from services.chassis.actors import Actor
from services.chassis.contracts import RemoteCall
from services.chassis.process.running import service_class
from services.chassis.rpc.entrypoints import Entry
from tests.support.stubs import client_methods, declared_calls, schema_of

SERVICES = sorted(path.parent.name for path in Path("services").glob("*/service.py"))
OF_THE_CHASSIS = "public_events"  # answered for every service, takes nothing
METHODS = sorted(
    method
    for method in client_methods()
    if method.partition(".")[0] in SERVICES and method.partition(".")[2] != OF_THE_CHASSIS
)


def offered(service: str) -> set[str]:
    """The @rpc methods of a service's class."""
    cls = service_class(service)
    return {
        name
        for name, member in inspect.getmembers(cls, inspect.isfunction)
        if any(isinstance(entry, Entry) for entry in getattr(member, "nameko_entrypoints", ()))
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_method_that_the_gateway_names_exists(service: str) -> None:
    asked = {method.partition(".")[2] for method in client_methods() if method.startswith(f"{service}.")}

    assert asked - offered(service) - {OF_THE_CHASSIS} == set()


@pytest.mark.parametrize("method", sorted(declared_calls()))
def test_every_declared_call_is_offered_as_its_declaration_says(method: str) -> None:
    service, _, name = method.partition(".")

    assert name in offered(service)
    assert set(schema_of(method).fields) == {one.name for one in fields(declared_calls()[method])}


def test_every_method_that_the_gateway_names_is_asked() -> None:
    sources = [path for path in Path("gateway").rglob("*.py") if path.parent.name != "clients"]
    asked = set(re.findall(r"\.(\w+)", "".join(path.read_text("utf-8") for path in sources)))

    assert [method for method in METHODS if method.partition(".")[2] not in asked] == []


class Sent(Exception):
    """Nothing answers: what was sent is all that is looked at."""


class Recording:
    """Keeps the bodies instead of sending them."""

    def __init__(self) -> None:
        self.bodies: dict[str, dict[str, Any]] = {}

    def call(self, method: str, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        self.bodies[method] = body
        raise Sent


def bodies() -> dict[str, dict[str, Any]]:
    """What each client method sends when every argument is given."""
    recording = Recording()
    clients = Clients(
        recording, lambda _: Asking(actor=Actor(kind="visitor", id="v"), correlation_id="c", deadline=float("inf"))
    )
    for client in vars(clients).values():
        for name, method in inspect.getmembers(client, inspect.ismethod):
            if not name.startswith("_"):
                arguments = {name: _filled(one) for name, one in inspect.signature(method).parameters.items()}
                with suppress(Sent):
                    method(**arguments)
    return recording.bodies


def _filled(argument: inspect.Parameter) -> Any:
    if isinstance(argument.annotation, type) and issubclass(argument.annotation, RemoteCall):
        return argument.annotation()
    return {"actor": Actor(kind="visitor", id="v"), "described": {}, "chosen": ()}.get(argument.name, "given")


@pytest.mark.parametrize("method", METHODS)
def test_every_name_that_the_gateway_sends_is_read(method: str) -> None:
    assert set(bodies()[method]) - set(schema_of(method).fields) == set()
