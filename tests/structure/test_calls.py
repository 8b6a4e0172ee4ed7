"""Every declared call is offered by its service, which reads the names that its declaration has."""

import inspect
from dataclasses import fields
from typing import Any

import pytest

from services.chassis.contracts import from_json, to_json
from services.chassis.process.running import service_class
from services.chassis.rpc.entrypoints import Entry
from tests.support import agents_desk, demo_town, town_hall
from tests.support.stubs import Stubs, declared_calls, schema_of


def offered(service: str) -> set[str]:
    """The calls that a service's class answers."""
    return {
        name
        for name, member in inspect.getmembers(service_class(service), inspect.isfunction)
        if any(isinstance(entry, Entry) for entry in getattr(member, "nameko_entrypoints", ()))
    }


@pytest.mark.parametrize("method", sorted(declared_calls()))
def test_every_declared_call_is_offered_as_its_declaration_says(method: str) -> None:
    service, _, name = method.partition(".")

    assert name in offered(service)
    assert set(schema_of(method).fields) == {one.name for one in fields(declared_calls()[method])}


@pytest.mark.parametrize("method", ["tracking", "work_list", "my_drafts", "day_list", "mine"])
def test_the_twin_of_requests_answers_with_the_fields_that_are_declared(method: str) -> None:
    services = Stubs()
    town_hall.furnish(services).open({"procedure": "location-salle"}, demo_town.CAMILLE)
    followed = services.answers["requests.tracking"]
    agents_desk.furnish(services)
    answer = services.answers[f"requests.{method}"]
    given = to_json(answer({}, demo_town.CAMILLE) if callable(answer) else answer)
    for twin in [given, followed] if method == "tracking" else [given]:
        assert unknown(twin, to_json(from_json(declared_calls()[f"requests.{method}"].answer(), twin))) == []


def unknown(twin: Any, real: Any, path: str = "") -> list[str]:
    """The fields of the twin's answer that the real one does not have."""
    match twin, real:
        case dict(), dict():
            inner = [
                one for name in twin.keys() & real.keys() for one in unknown(twin[name], real[name], f"{path}.{name}")
            ]
            return [*(f"{path}.{name}" for name in twin.keys() - real.keys()), *inner]
        case (list() | tuple(), list() | tuple()):
            return [one for pair in zip(twin, real, strict=True) for one in unknown(*pair, path)]
        case _:
            return []
