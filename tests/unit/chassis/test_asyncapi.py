"""What AsyncAPI describes of the events: every public field, no sealed one, examples that obey their own schema."""

from datetime import datetime
from uuid import UUID

import pytest
from jsonschema import validate

from services.chassis.bus import asyncapi
from services.chassis.event_store.events import Event, sealed


class Filed(Event, version=2, public=True, source="asyncapi_tests"):
    """A request was filed."""

    number: str
    at: datetime
    appointment: UUID | None
    missing: tuple[str, ...] = ()
    name: str = sealed()


class Assigned(Event, source="asyncapi_tests"):
    to: str


def test_only_public_events_and_public_fields_are_described() -> None:
    (described,) = asyncapi.public_events("asyncapi_tests")
    assert described.type == "asyncapi_tests.Filed.v2"
    assert list(described.schema["properties"]) == ["number", "at", "appointment", "missing"]


@pytest.mark.parametrize(
    ("hosts", "named"),
    [
        ([], {}),
        (["x:5672"], {"broker": "x:5672"}),
        (["x:1", "y:2", "z"], {"broker": "x:1", "broker-2": "y:2", "broker-3": "z"}),
    ],
)
def test_each_server_of_the_broker_is_named(hosts: list[str], named: dict[str, str]) -> None:
    servers = asyncapi.document([], title="Parvis", version="1", servers=hosts)["servers"]
    assert {name: server["host"] for name, server in servers.items()} == named


def test_each_example_obeys_the_schema_beside_it() -> None:
    made = asyncapi.document(asyncapi.public_events("asyncapi_tests"), title="Parvis", version="1", servers=["x:5672"])
    message = made["components"]["messages"]["asyncapi_tests.Filed.v2"]
    validate(message["examples"][0]["payload"], message["payload"])
    assert made["operations"]["receive"]["action"] == "receive"
    assert message["headers"]["properties"]["parvis-stream"] == {"type": "string", "format": "uuid"}
