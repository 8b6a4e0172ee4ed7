"""What one release makes of what another one adds: a name that it does not know is left out, wherever it comes."""

from types import SimpleNamespace
from typing import Any

import orjson

from services.chassis.actors import system
from services.chassis.calls import Call
from services.chassis.contracts import Json, Query, to_json
from services.chassis.event_store.events import Event, revive, sealed
from services.chassis.rpc.entrypoints import declared_rpc
from services.chassis.structs import Struct

SERVICE = SimpleNamespace(name="tests")


class Line(Struct):
    label: str


class Fill(Query[Json]):
    name: str
    first: Line | None = None
    lines: tuple[Line, ...] = ()


@declared_rpc(Fill)
def fill(_service: Any, _: Call, asked: Fill) -> dict[str, Any]:
    return vars(asked)


class Filled(Event):
    count: int
    name: str = sealed()


def message(body: dict[str, Any]) -> dict[str, Any]:
    return {"actor": {**to_json(system("tests")), "language": "fr"}, "body": body, "region": "normandie"}


def test_an_argument_of_the_next_release_is_left_out() -> None:
    line = {"label": "pain", "weight": 2}
    body = {"name": "Ariel", "colour": "rouge", "first": line, "lines": [line]}

    bread = {"label": "pain"}
    sent = orjson.loads(orjson.dumps(fill(SERVICE, message(body))))
    assert sent == {"answer": {"name": "Ariel", "first": bread, "lines": [bread]}}


def test_a_misfit_argument_is_still_refused_by_its_name() -> None:
    refused = fill(SERVICE, message({"colour": "rouge", "lines": [{}]}))["refusal"]

    assert refused["fields"] == {"name": "Cette information manque.", "lines.0.label": "Cette information manque."}


def test_a_field_of_an_event_of_the_next_release_is_left_out() -> None:
    public, hidden = {"count": 2, "colour": "rouge"}, {"name": "Ariel", "surname": "Nouveau"}

    assert revive("tests", "Filled", 1, public, hidden) == Filled(count=2, name="Ariel")
    assert revive("tests", "Filled", 1, public, None).count == 2
