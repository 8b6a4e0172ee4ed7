"""An operation refuses those who may not use it as its document says, before any service acts or answers.

The operations that some may use are asked by those who may in test_schemathesis.py.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support import agents_desk, demo_town, town_hall
from tests.support.judge import LOGGED_IN
from tests.support.stubs import Stubs

Json = dict[str, Any]
METHODS = ("get", "post", "put", "delete")
ANYBODY: Json = {}
OF_KIND = {"uuid": str(UUID(int=1)), "integer": "1"}
"""What an address has in the place of a parameter; else the first that is allowed, or the number of a request."""
OF_AGENTS = "/api/v1/agent/"
BEFORE_REFUSING = {"accounts.session", "procedures.town"}  # who asks, and how large a file the town takes


@pytest.fixture
def document(client: FlaskClient) -> Json:
    return client.get("/api/v1/openapi.json").get_json()


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """The method, an address and the declaration of each."""
    for path, declared in document["paths"].items():
        address = path
        for parameter in declared.get("parameters", ()):
            schema, name = parameter["schema"], parameter["name"]
            value = OF_KIND.get(schema.get("format", schema.get("type"))) or schema.get("enum", [demo_town.NUMBER])[0]
            address = address.replace(f"{{{name}}}", value if name == "number" else value.lower())
        yield from ((method, address, declared[method]) for method in METHODS if method in declared)


def closed_to_visitors(document: Json) -> list[tuple[str, str, Json]]:
    return [one for one in operations(document) if ANYBODY not in one[2]["security"]]


def refused(client: FlaskClient, services: Stubs, asked: tuple[str, str, Json], headers: Json) -> int:
    """The status of the refusal, which is documented, as its shape is."""
    method, address, declared = asked
    services.asked.clear()
    sent = next(iter(declared.get("requestBody", {}).get("content", ())), None)
    answer = client.open(address, method=method.upper(), data=b"{", content_type=sent, headers=headers)

    assert str(answer.status_code) in declared["responses"], (method, address, answer.status)
    assert answer.mimetype == "application/problem+json"
    assert set(answer.get_json()) >= {"code", "title", "detail", "status"}
    assert {one.method for one in services.asked} <= BEFORE_REFUSING, (method, address)
    return answer.status_code


def test_operations_that_require_a_session_or_a_link_answer_a_visitor_with_401(
    client: FlaskClient, services: Stubs, document: Json
) -> None:
    town_hall.furnish(services)
    closed = closed_to_visitors(document)

    assert len(closed) > 100
    assert {one[:2]: refused(client, services, one, {}) for one in closed} == {one[:2]: 401 for one in closed}


def test_operations_for_agents_answer_a_citizen_with_403(client: FlaskClient, services: Stubs, document: Json) -> None:
    town_hall.furnish(services)
    closed = [one for one in closed_to_visitors(document) if one[1].startswith(OF_AGENTS)]

    assert len(closed) > 30
    assert {one[:2]: refused(client, services, one, LOGGED_IN) for one in closed} == {one[:2]: 403 for one in closed}


def test_operations_for_citizens_or_for_other_rights_answer_an_agent_with_403(
    app: Flask, client: FlaskClient, services: Stubs, document: Json
) -> None:
    town_hall.furnish(services)
    agents_desk.furnish(services)
    operating = [view for view in app.view_functions.values() if hasattr(view, "operation")]
    permissions = {view.__name__: view.operation.permission for view in operating}
    closed = [one for one in operations(document) if not permissions[one[2]["operationId"]].allows(agents_desk.AGENT)]

    assert len(closed) > 40
    assert {one[:2]: refused(client, services, one, LOGGED_IN) for one in closed} == {one[:2]: 403 for one in closed}
