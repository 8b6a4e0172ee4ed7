"""An operation sends the call that it declares, made of path, body, grant and HTTP request; a refusal keeps its code."""

import uuid
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from gateway.api.bodies import body
from gateway.api.fields import Text
from gateway.api.operations import Operations
from gateway.permissions import CITIZEN
from services.chassis.errors import Refusal
from services.documents.files.grants import DocumentsFrozen
from services.documents.files.rules import LabelTaken
from services.documents.schemas.pieces import RelabelDocument
from services.documents.schemas.storage import RelabelStored
from services.documents.storage.rules import LastFile, SpaceFull
from services.requests.refusals import DayIsPast
from services.requests.schemas.refusals import RequestNotFound
from tests.support import agents_desk, demo_town, drafts as drafts_support, town_hall
from tests.support.judge import LOGGED_IN
from tests.support.stubs import Stubs

PIECE, GRANT = str(UUID(int=1)), {"grant": "grant"}
REQUEST, DRAFT, SPACE = f"requests/{demo_town.NUMBER}", f"drafts/{demo_town.DRAFT}", "storage"
WISH = f"{REQUEST}/appointments/{PIECE}/earlier-slot"
NAMED, LABEL = {"document_id": PIECE}, {"label": "Avis"}
COPIES = {"documents": [PIECE]}
CHOSEN = [{"document_id": PIECE, "piece": "autre"}]
TOKEN = {"Parvis-Tracking": "token-of-another-request"}
NUMBER = {"number": demo_town.NUMBER}
LINK = {"token": "jeton-du-lien-du-courriel"}
WITH_PASSWORD = LINK | {"password": "quatre grenouilles"}


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
        *(
            (
                "POST",
                f"{to}/documents/from-storage",
                {"documents": CHOSEN},
                "documents.use_stored",
                GRANT | {"chosen": CHOSEN},
            )
            for to in (REQUEST, DRAFT)
        ),
        ("DELETE", f"{REQUEST}/tracking-links", None, "requests.revoke_tracking_links", NUMBER),
        ("POST", f"{REQUEST}/erasure", None, "requests.request_erasure", NUMBER),
        ("POST", f"{DRAFT}/profile", None, "requests.take_profile", {"draft_id": demo_town.DRAFT}),
        (
            "PUT",
            f"{REQUEST}/exchanges/begun",
            {"text": ""},
            "messaging.keep_begun_message",
            GRANT | {"text": "", "seen": ""},
        ),
        ("DELETE", WISH, None, "requests.want_earlier_slot", NUMBER | {"appointment_id": PIECE, "wanted": False}),
        ("DELETE", f"sessions/{PIECE}", None, "accounts.end_session", {"id": PIECE}),
        ("DELETE", "sessions/others", None, "accounts.end_other_sessions", {"presented": "s" * 32}),
        ("POST", "profile/email/confirmation", WITH_PASSWORD, "accounts.confirm_email", WITH_PASSWORD),
        ("POST", "profile/email/undo", LINK, "accounts.undo_email_change", LINK),
        ("POST", "profile/closure/withdrawal", WITH_PASSWORD, "accounts.withdraw_closure", WITH_PASSWORD),
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
    copies = call in ("documents.store_copies", "documents.use_stored")
    services[call] = {"documents": 1} if copies else NUMBER if NUMBER.items() <= sent.items() else {}
    key = str(uuid.uuid4())

    answer = client.open(f"/api/v1/{path}", method=method, json=typed, headers={**LOGGED_IN, "Idempotency-Key": key})

    assert (answer.status_code, answer.get_json(silent=True)) in [(204, None), (201, {"documents": 1, "there": 0})]
    [asked] = [one for one in services.asked if one.method == call]
    assert (asked.body, str(asked.command_id)) == (sent, key)


def form(**parts: str) -> dict[str, Any]:
    return {"data": {**parts, "file": (BytesIO(b"bytes"), "avis.pdf")}}


@pytest.mark.parametrize(
    ("method", "path", "sent", "call", "refusal", "expected"),
    [
        ("PUT", f"{REQUEST}/documents/{PIECE}", {"json": LABEL}, "documents.relabel_document", LabelTaken(), (409, "label_taken")),
        ("POST", f"{SPACE}/documents", form(label="Avis"), "documents.begin_storing", SpaceFull("Déjà 10."), (409, "storage_full")),
        ("DELETE", f"{SPACE}/files/{PIECE}", {}, "documents.remove_stored_file", LastFile(), (409, "last_file")),
        ("POST", f"{REQUEST}/documents/to-storage", {"json": COPIES}, "documents.store_copies", SpaceFull("10."), (409, "storage_full")),
        ("PUT", WISH, {"json": {"not_before": "2026-11-16"}}, "requests.want_earlier_slot", DayIsPast(), (422, "day_is_past")),
        ("GET", REQUEST, {}, "requests.tracking", RequestNotFound(), (404, "request_not_found")),
        # a link opens one request: of any other, its token is a wrong key
        ("GET", REQUEST, {"headers": TOKEN}, "requests.tracking", RequestNotFound(), (401, "request_not_found")),
    ],
)  # fmt: skip
def test_a_refusal_of_the_service_is_answered_with_its_code_and_sentence(
    client: FlaskClient,
    services: Stubs,
    method: str,
    path: str,
    sent: dict[str, Any],
    call: str,
    refusal: Refusal,
    expected: tuple[int, str],
) -> None:
    town_hall.furnish(services)
    services[call] = refusal

    answer = client.open(f"/api/v1/{path}", method=method, **{"headers": LOGGED_IN, **sent})

    assert (answer.status_code, answer.get_json()["code"]) == expected
    assert answer.get_json()["detail"] == refusal.message
    assert ("WWW-Authenticate" in answer.headers) is (expected[0] == 401)


def test_a_file_joins_the_piece_that_the_path_names_unless_the_request_takes_none(
    client: FlaskClient, services: Stubs
) -> None:
    town_hall.furnish(services)
    services["documents.begin_upload"] = DocumentsFrozen()

    answer = client.post(f"/api/v1/{REQUEST}/documents/{PIECE}/files", headers=LOGGED_IN, **form())

    assert (answer.status_code, answer.get_json()["code"]) == (403, "documents_frozen")
    assert services.bodies("documents.begin_upload")[0]["document_id"] == PIECE


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", "/documents"), ("DELETE", f"/documents/{PIECE}"), ("GET", f"/files/{PIECE}")],
)
def test_there_is_no_storage_space_without_an_account(
    client: FlaskClient, services: Stubs, method: str, path: str
) -> None:
    town_hall.furnish(services)
    data = form(label="Avis") if method == "POST" else {}

    assert client.open(f"/api/v1/{SPACE}{path}", method=method, **data).status_code == 401


def test_a_label_without_a_letter_is_refused_at_its_field(client: FlaskClient, services: Stubs) -> None:
    town_hall.furnish(services)

    answer = client.put(f"/api/v1/{SPACE}/documents/{PIECE}", headers=LOGGED_IN, json={"label": "  "})

    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["label"])


def test_a_body_that_names_the_network_address_of_its_caller_is_refused(client: FlaskClient, services: Stubs) -> None:
    typed = {"email": "camille@courriel.example", "address_seen": "192.0.2.1"}

    answer = client.post("/api/v1/accounts/activation/links", json=typed)

    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["address_seen"])
    assert services.asked == []


def test_a_value_of_another_type_than_the_call_takes_is_refused(client: FlaskClient, services: Stubs) -> None:
    services["accounts.session"] = agents_desk.session_of(agents_desk.AGENT)
    typed = {"reply": "intervention-programmee", "values": {"deadline": 12}}

    answer = client.post(f"/api/v1/agent/{REQUEST}/reply-preview", json=typed, headers=LOGGED_IN)

    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["values"])


def test_an_operation_with_fields_unknown_to_its_call_is_a_type_error() -> None:
    route = Operations("test", "").put(
        "/pieces/<uuid:piece>", permission=CITIZEN, body=body(RelabelStored, "document_id")
    )

    with pytest.raises(TypeError, match="RelabelStored takes no piece"):
        route.sends(RelabelStored, "")
    with pytest.raises(TypeError, match="RelabelDocument takes no title"):
        body(RelabelDocument, title=Text())
