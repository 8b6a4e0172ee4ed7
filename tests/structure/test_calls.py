"""Every declared call is offered by its service, which reads the names that its declaration has."""

import inspect
from dataclasses import fields
from functools import cache

import pytest

from services.chassis.process.running import service_class
from services.chassis.rpc.entrypoints import Entry
from tests.support.stubs import declared_calls, schema_of


@cache
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
