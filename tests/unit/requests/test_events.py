"""What an event of a request seals, and what it publishes to partners."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import validate

from services.chassis.bus import asyncapi
from services.chassis.event_store.events import parts, revive, types_of
from services.requests.capacity import rules as capacity  # noqa: F401 registered by being imported
from services.requests.drafts import rules as draft  # noqa: F401 registered by being imported
from services.requests.request import events  # noqa: F401 registered by being imported
from services.requests.retention import rules as elimination  # noqa: F401 registered by being imported

EXAMPLES = Path(__file__).parents[2] / "contract" / "events" / "requests"
PERSONAL = {
    "applicant",
    "member",
    "answers",
    "manifest",
    "owner",
    "index",
    "reason",
    "reply_text",
    "other_administration",
    "text",
    "agent",
    "assignee_name",
}


WITH_A_CODE = ("DocumentRemoved", "FileRejected", "ProfileUpdateNotApplied")
"""Whose reason is one of a few words of ours."""


@pytest.mark.parametrize("kind", types_of("requests"), ids=lambda kind: kind.name)
def test_typed_values_are_sealed(kind: object) -> None:
    named = set(kind.cls.__dataclass_fields__)  # type: ignore[attr-defined]
    codes = {"reason"} if kind.name in WITH_A_CODE else set()  # type: ignore[attr-defined]
    assert (named & PERSONAL) - codes <= set(kind.sealed_fields)  # type: ignore[attr-defined]


PUBLIC = {event.type.split(".", 1)[1]: event for event in asyncapi.public_events("requests")}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_fields_and_example_of_an_event_fit_its_schema(name: str) -> None:
    stored = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    public, _ = parts(revive("requests", *_named(name), stored["public"], stored["sealed"]))

    validate(json.loads(json.dumps(public, default=str)), PUBLIC[name].schema)
    validate(PUBLIC[name].example, PUBLIC[name].schema)


def test_examples_are_values_that_there_are() -> None:
    assert "texte" not in json.dumps([event.example for event in PUBLIC.values()])
    assert PUBLIC["RequestSubmitted.v1"].example["number"] == "2026-7K3M-QX4P"
    changed = PUBLIC["RequestStatusChanged.v1"].schema["properties"]
    assert changed["by"]["enum"] == ["agent", "citizen", "system"]
    silence = changed["implicit_decision"]["anyOf"][0]
    assert silence["properties"]["effect"]["enum"] == ["acceptance", "rejection"]
    assert silence["required"] == ["effect", "at"]


def test_the_statuses_of_the_schema_are_those_of_the_demo_town() -> None:
    town = yaml.safe_load(Path("deploy/demo-town/procedures.yaml").read_text(encoding="utf-8"))
    examples = PUBLIC["RequestSubmitted.v1"].schema["properties"]["status"]["examples"]
    assert examples == [status["slug"] for status in town["status_catalogue"]]


def _named(name: str) -> tuple[str, int]:
    kind, _, version = name.partition(".v")
    return kind, int(version)


def test_a_field_that_came_after_its_event_is_promised_to_no_partner() -> None:
    schema = PUBLIC["RequestSubmitted.v1"].schema
    assert set(schema["properties"]) - set(schema["required"]) == {"alert", "identity"}
