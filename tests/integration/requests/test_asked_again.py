"""A command that is done is answered again, whatever has become of those who were asked on its way."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import Unavailable
from services.requests.service import RequestsService
from services.townhall.security_code import SecurityCodeRequired
from tests.integration.requests.conftest import AGENT, CAMILLE, VISITOR, Desk
from tests.integration.requests.test_agents import OWN_PROFILE
from tests.integration.requests.test_drafts import SACHA, opened
from tests.support import published
from tests.support.filled import valid_answers, valid_applicant

COLLEAGUE = {
    "id": str(uuid4()),
    "name": "Agente d’accueil",
    "username": "accueil",
    "departments": ["services-techniques"],
}


class Accounts:
    """As accounts answers, until it is away."""

    away = False

    def call(self, method: str, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        if self.away:
            raise Unavailable
        return {"agents": [COLLEAGUE], **OWN_PROFILE, "family_members": [OWN_PROFILE["family_members"][0] | SACHA]}


class Asked:
    """The service, asked as other processes ask it."""

    def __init__(self, desk: Desk) -> None:
        self.accounts = Accounts()
        self.service = RequestsService()
        self.service.store = desk.store
        self.service.rpc = self.accounts  # type: ignore[assignment]

    def __call__(self, method: str, actor: Actor, body: dict[str, Any], command_id: str) -> dict[str, Any]:
        message = {"actor": actor.to_json(), "body": body, "command_id": command_id}
        return getattr(self.service, method)(message)


@pytest.fixture
def asked(desk: Desk) -> Asked:
    return Asked(desk)


def twice(asked: Asked, method: str, actor: Actor, body: dict[str, Any]) -> None:
    """Asked, and asked again once accounts is away; a command that was never done is then refused."""
    command = str(uuid4())
    first = asked(method, actor, body, command)
    assert "answer" in first, first
    asked.accounts.away = True
    assert asked(method, actor, body, command) == first
    assert asked(method, actor, body, str(uuid4()))["refusal"]["code"] == Unavailable.code


def test_a_request_for_a_member_is_filed_once_and_its_receipt_given_again(desk: Desk, asked: Asked) -> None:
    of = published.definition("inscription-scolaire")
    draft = opened(desk, of["slug"], CAMILLE)
    body = {
        "procedure": of["slug"],
        "draft_id": draft["id"],
        "applicant": valid_applicant(of),
        "answers": valid_answers(of, desk.clock.now().date()),
        "member": SACHA["id"],
        "manifest": desk.manifest(draft["id"], of["slug"]),
        "address_seen": "192.0.2.1",
    }
    twice(asked, "submit", CAMILLE, body)


def test_a_receipt_is_given_again_to_who_can_say_no_more_what_was_handed_in(desk: Desk, asked: Asked) -> None:
    of = published.definition("signalement-voirie")
    draft = opened(desk)
    body = {
        "procedure": of["slug"],
        "draft_id": draft["id"],
        "applicant": valid_applicant(of),
        "answers": valid_answers(of, desk.clock.now().date()),
        "manifest": desk.manifest(draft["id"], of["slug"]),
        "address_seen": "192.0.2.1",
    }
    first = asked("submit", VISITOR, body, command := str(uuid4()))
    assert first["answer"]["request_id"] == draft["id"]
    assert asked("submit", VISITOR, {**body, "manifest": None}, command) == first


def test_a_place_taken_with_a_security_code_is_given_again_without_one(
    desk: Desk, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.store, "settings", replace(desk.settings, rate_limits=1))
    of = published.definition("enlevement-encombrants")
    answers = valid_answers(of, desk.clock.now().date())

    def file(n: int, command: str, **more: Any) -> dict[str, Any]:
        applicant = valid_applicant(of, f"personne{n}@courriel.example")
        body = {"procedure": of["slug"], "applicant": applicant, "answers": answers, "address_seen": "192.0.2.7"}
        return asked("submit", Actor(kind="visitor", id=f"{n:064d}"), body | more, command)

    for n in range(8):
        assert "answer" in file(n, str(uuid4()))
    command = str(uuid4())
    assert file(8, command)["refusal"]["code"] == SecurityCodeRequired.code
    given = file(8, command, code_given=True)
    assert given["answer"]["number"]
    assert file(8, command) == given


def test_a_member_is_chosen_once(desk: Desk, asked: Asked) -> None:
    draft = opened(desk, "inscription-scolaire", CAMILLE)
    chosen = {"draft_id": draft["id"], "step": "procedure", "data": {"member": SACHA["id"]}}
    twice(asked, "save_step", CAMILLE, chosen)


def test_a_request_is_handed_over_once(desk: Desk, asked: Asked) -> None:
    told = desk.file("signalement-voirie")
    twice(asked, "assign", AGENT, {"number": told["number"], "version": 1, "assignee": COLLEAGUE["id"]})
