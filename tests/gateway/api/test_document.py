"""The OpenAPI document says what holds: what is due, what a body looks like, how a refusal is answered."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from marshmallow import RAISE

from gateway.api import examples
from gateway.api.documents import EventDocument
from gateway.api.operations import PROBLEM_SCHEMA
from gateway.api.schemas import counter, sign_up
from gateway.clients import ANYONE, Clients, RequestContext
from gateway.errors import API_TITLES
from services.accounts.credentials import rules as passwords
from services.accounts.spaces import citizen
from services.chassis.bus import asyncapi
from services.procedures.schemas.definitions.procedures import Step
from services.requests.forms import applicant, rules as answers
from tests.support import published
from tests.support.stubs import Stubs

Json = dict[str, Any]
TODAY = date(2026, 11, 25)


@pytest.fixture
def document(client: FlaskClient) -> Json:
    return client.get("/api/v1/openapi.json").get_json()


def bodies(document: Json) -> Iterator[tuple[str, Json]]:
    for methods in document["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                yield from ((operation["operationId"], part) for part in operation["requestBody"]["content"].values())


@pytest.mark.parametrize("schema", examples.BODIES, ids=lambda one: one.__name__)
def test_each_example_of_a_body_is_one_that_its_operation_takes(schema: Any) -> None:
    assert schema(unknown=RAISE).load(examples.BODIES[schema])


def test_every_body_of_the_document_has_an_example_that_its_schema_allows(document: Json) -> None:
    found = dict(bodies(document))

    assert len(found) > 20
    for part in found.values():
        schema = {**part["schema"], "components": document["components"]}
        jsonschema.validate(part["example"], schema, cls=jsonschema.Draft202012Validator)


def test_the_example_of_a_filing_is_accepted_by_the_demonstration() -> None:
    filing = examples.BODIES[counter.Submit]
    procedure = published.procedure(filing["procedure"])

    who, wrong = applicant.clean(procedure, filing["applicant"], today=TODAY)
    _, refused = answers.clean(procedure, filing["answers"], today=TODAY, applicant=who, member=None)

    assert (wrong, refused) == ({}, {})


def test_the_example_of_an_account_can_be_created() -> None:
    space = examples.BODIES[sign_up.CreateAccount]

    _, wrong = citizen.read_profile(space, today=TODAY)

    assert wrong == {}
    assert passwords.fault_of(space["credentials"]["password"], username=space["credentials"]["username"]) is None


@pytest.mark.parametrize("slug", published.slugs())
def test_every_procedure_requires_what_the_document_requires_of_applicants(document: Json, slug: str) -> None:
    schema = document["components"]["schemas"]["Applicant"]
    _, wrong = applicant.clean(published.procedure(slug), {}, today=TODAY)

    assert set(schema["required"]) <= set(wrong)
    assert {one["required"][0] for one in schema["anyOf"]} & set(wrong)


@pytest.mark.parametrize("status", sorted(API_TITLES))
def test_the_example_of_each_refusal_has_its_status_and_schema(status: int) -> None:
    shown = examples.refusal(status)

    jsonschema.validate(shown, PROBLEM_SCHEMA)
    assert shown["status"] == status


SHAPES = {
    "uuid": {
        "agent_id",
        "document_id",
        "draft_id",
        "file_id",
        "appointment_id",
        "decision_id",
        "exchange_id",
        "list_id",
        "letter_id",
        "member_id",
        "session_id",
        "view_id",
        "absence_id",
        "walk_in_id",
        "id",
    },
    "pattern": {"number", "slug", "agenda", "plan"},
    "integer": {"page", "x", "y", "zoom"},
    "enum": {"step"},
}
"""How the parameters of paths are bounded, by name."""


def test_every_path_parameter_is_bounded_by_an_enum_a_pattern_or_a_format(document: Json) -> None:
    found: dict[str, set[str]] = {}
    for methods in document["paths"].values():
        for parameter in (
            *methods.get("parameters", ()),
            *(one for op in operations(methods) for one in op["parameters"]),
        ):
            if parameter.get("in") == "path":
                schema = parameter["schema"]
                shape = next(
                    (one for one in ("enum", "pattern") if one in schema), schema.get("format", schema["type"])
                )
                found.setdefault(shape, set()).add(parameter["name"])

    assert found == SHAPES


def test_a_step_of_the_document_is_one_that_the_service_knows(document: Json) -> None:
    [step] = [
        parameter["schema"]["enum"]
        for methods in document["paths"].values()
        for parameter in methods.get("parameters", ())
        if parameter.get("name") == "step"
    ]
    assert tuple(step) == tuple(Step)


@pytest.mark.parametrize("name", ["IdempotencyKey", "IdempotencyKeyRequired"])
def test_the_key_of_a_command_is_documented_as_a_secret(document: Json, name: str) -> None:
    said = document["components"]["parameters"][name]["description"]

    for words in ("secret", "au hasard", "UUID version 4", "aucun journal"):
        assert words in said


def operations(methods: Json) -> list[Json]:
    return [{"parameters": [], **one} for one in methods.values() if isinstance(one, dict)]


def test_the_document_of_events_is_made_anew_once_a_minute() -> None:
    seconds, services = [0.0], Stubs()
    services["requests.public_events"] = asyncapi.public_events("requests")
    clients = Clients(services, lambda _: RequestContext(actor=ANYONE, correlation_id="c", deadline=float("inf")))
    document = EventDocument(clients, version="1", partners_url="", clock=lambda: seconds[0])

    asked: list[int] = []
    for seconds[0] in (0.0, 59.9, 60.0):
        document.json()
        asked.append(len(services.asked))

    assert asked == [1, 1, 2]


def test_a_body_that_names_a_view_which_is_gone_may_be_answered_with_404(document: Json) -> None:
    assert "404" in document["paths"]["/api/v1/agent/saved-views"]["post"]["responses"]
