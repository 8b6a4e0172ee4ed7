"""An operation sends the call that it declares, made of path, body, grant and HTTP request."""

import uuid
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from gateway.api.bodies import body
from gateway.api.fields import Text
from gateway.api.operations import Operations
from gateway.permissions import CITIZEN
from services.documents.schemas.pieces import RelabelDocument
from services.documents.schemas.storage import RelabelStored
from tests.support import agents_desk, demo_town, drafts as drafts_support, town_hall
from tests.support.stubs import Stubs

LOGGED_IN = {"Authorization": f"Bearer {'s' * 32}"}
PIECE, GRANT = str(UUID(int=1)), {"grant": "grant"}
REQUEST, DRAFT, SPACE = f"requests/{demo_town.NUMBER}", f"drafts/{demo_town.DRAFT}", "storage"
NAMED, LABEL = {"document_id": PIECE}, {"label": "Avis"}
COPIES = {"documents": [PIECE]}


@pytest.mark.parametrize(
    ("method", "path", "typed", "call", "sent"),
    [
        ("PUT", f"{REQUEST}/documents/{PIECE}", LABEL, "documents.relabel_document", GRANT | NAMED | LABEL),
        ("DELETE", f"{REQUEST}/documents/{PIECE}", None, "documents.remove_document", GRANT | NAMED),
        ("DELETE", f"{REQUEST}/files/{PIECE}", None, "documents.remove_file", GRANT | {"file_id": PIECE}),
        ("PUT", f"{SPACE}/documents/{PIECE}", LABEL, "documents.relabel_stored", NAMED | LABEL),
        ("DELETE", f"{SPACE}/documents/{PIECE}", None, "documents.remove_stored", NAMED),
        ("POST", f"{REQUEST}/documents/to-storage", COPIES, "documents.store_copies", GRANT | COPIES),
        ("POST", f"{DRAFT}/documents/to-storage", COPIES, "documents.store_copies", GRANT | COPIES),
        (
            "POST",
            "accounts/activation/links",
            {"email": "camille@courriel.example"},
            "accounts.send_activation",
            {"email": "camille@courriel.example", "address_seen": "127.0.0.1"},
        ),
    ],
)
def test_an_operation_sends_its_call_with_the_id_of_the_command(
    client: FlaskClient, services: Stubs, method: str, path: str, typed: Any, call: str, sent: dict[str, Any]
) -> None:
    town_hall.furnish(services)
    services["requests.draft"] = drafts_support.new_draft() | GRANT
    services[call] = {"documents": 1} if call == "documents.store_copies" else {}
    key = str(uuid.uuid4())

    answer = client.open(f"/api/v1/{path}", method=method, json=typed, headers={**LOGGED_IN, "Idempotency-Key": key})

    assert (answer.status_code, answer.get_json(silent=True)) in [(204, None), (201, {"documents": 1, "there": 0})]
    [asked] = [one for one in services.asked if one.method == call]
    assert (asked.body, str(asked.command_id)) == (sent, key)


def test_a_program_does_not_say_where_it_asks_from(client: FlaskClient, services: Stubs) -> None:
    typed = {"email": "camille@courriel.example", "address_seen": "192.0.2.1"}

    answer = client.post("/api/v1/accounts/activation/links", json=typed)

    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["address_seen"])
    assert services.asked == []


def test_a_value_of_another_type_than_the_call_takes_is_refused(client: FlaskClient, services: Stubs) -> None:
    services["accounts.session"] = agents_desk.session_of(agents_desk.AGENT)
    typed = {"reply": "intervention-programmee", "values": {"deadline": 12}}

    answer = client.post(f"/api/v1/agent/{REQUEST}/reply-preview", json=typed, headers=LOGGED_IN)

    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["values"])


def test_an_operation_that_gives_what_its_call_does_not_take_is_no_operation() -> None:
    route = Operations("test", "").put(
        "/pieces/<uuid:piece>", permission=CITIZEN, body=body(RelabelStored, "document_id")
    )

    with pytest.raises(TypeError, match="RelabelStored takes no piece"):
        route.sends(RelabelStored, "")
    with pytest.raises(TypeError, match="RelabelDocument takes no title"):
        body(RelabelDocument, title=Text())
