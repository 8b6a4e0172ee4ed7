"""What a program files: once, however often it has to ask."""

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.http.rate_limits import ADDRESS_SHARE, HOLD_SLOT, RateLimits
from services.chassis.actors import Actor
from services.chassis.errors import Refusal
from services.requests.schemas.refusals import DraftFiled, DraftNotFound
from services.townhall.security_code import SecurityCodeRequired
from tests.support.demo_town import DRAFT, NUMBER
from tests.support.drafts import RECEIPT
from tests.support.stubs import Stubs
from tests.support.town_hall import furnish

WHOLE = {"procedure": "signalement-voirie", "draft_id": DRAFT, "applicant": {}, "answers": {}}
FILINGS = [
    (f"/api/v1/drafts/{DRAFT}/submission", {"version": 1}, "requests.submit_draft"),
    ("/api/v1/requests", WHOLE, "requests.submit"),
]


@pytest.fixture
def filed(services: Stubs) -> Stubs:
    """The answer to the first sending was lost: the draft is gone, its request stands."""
    furnish(services)
    services["procedures.published"] = {"town": 1, "procedures": {WHOLE["procedure"]: 1}, "agendas": {}}
    services["requests.draft"] = DraftNotFound()
    services["requests.submit_draft"] = RECEIPT
    services["requests.submit"] = RECEIPT
    return services


@pytest.mark.parametrize("gone", [DraftNotFound(), DraftFiled(details={"number": NUMBER})])
@pytest.mark.parametrize(("path", "body", "method"), FILINGS)
def test_a_draft_that_this_command_has_filed_already_is_answered_with_its_receipt(
    client: FlaskClient, filed: Stubs, path: str, body: dict[str, Any], method: str, gone: Refusal
) -> None:
    filed["requests.draft"] = gone
    key = str(uuid.uuid4())

    answer = client.post(path, json=body, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json) == (201, RECEIPT)
    (asked,) = [one for one in filed.asked if one.method == method]
    assert asked.body.get("manifest") is None
    assert str(asked.command_id) == key


def test_an_unknown_draft_is_refused_by_the_service(client: FlaskClient, filed: Stubs) -> None:
    filed["requests.submit_draft"] = DraftNotFound()

    answer = client.post(f"/api/v1/drafts/{DRAFT}/submission", json={"version": 1})

    assert (answer.status_code, answer.json and answer.json["code"]) == (404, "draft_not_found")


def test_slot_holds_have_a_rate_limit_of_their_own(app: Flask, client: FlaskClient, services: Stubs) -> None:
    app.extensions["parvis.security"].limits = RateLimits(1, clock=lambda: 0)  # no bucket refills while we ask
    services["requests.hold_slot"] = {"slot": {"start": "a", "end": "b", "held_until": "c"}}

    def hold() -> int:
        return client.put(f"/api/v1/drafts/{DRAFT}/slot", json={"start": "2026-11-30T13:00:00+00:00"}).status_code

    assert {hold() for _ in range(HOLD_SLOT.times * ADDRESS_SHARE)} == {200}
    assert hold() == 429


@pytest.mark.parametrize(
    ("path", "body", "method"),
    [*FILINGS, ("/api/v1/polls/passerelle-nom/votes", {"answers": {"nom": "toiliers"}}, "content.vote")],
)
def test_above_a_share_a_program_gives_a_security_code_with_the_same_command(
    client: FlaskClient, filed: Stubs, path: str, body: dict[str, Any], method: str
) -> None:
    def asks_a_code(asked: dict[str, Any], _: Actor) -> dict[str, Any]:
        if not asked.get("code_given"):
            raise SecurityCodeRequired
        return {"slug": "passerelle-nom", "answered": True} if method == "content.vote" else RECEIPT

    filed[method] = asks_a_code
    filed["accounts.spend_captcha"] = {}
    headers = {"Idempotency-Key": str(uuid.uuid4())}

    refused = client.post(path, json=body, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (422, "security_code_required")
    assert list(refused.json["fields"]) == ["captcha.answer"]

    code = {"id": "identifiant", "answer": "7KXM2"}
    assert client.post(path, json={**body, "captcha": code}, headers=headers).status_code in (201, 204)
    given = {"captcha": code | {"proof": ""}, "address_seen": "127.0.0.1"}
    assert filed.bodies("accounts.spend_captcha") == [given]
