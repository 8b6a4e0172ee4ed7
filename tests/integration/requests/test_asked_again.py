"""A command that is done is answered again, whatever has become of the services called on its way."""

from typing import Any
from uuid import uuid4

import orjson
import pytest

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.errors import Unavailable
from services.requests.drafts import views as reading
from services.requests.filing import backlog
from services.requests.filing.backlog import Backlog
from services.requests.schemas.refusals import TooManyFilings
from services.requests.service import RequestsService
from services.townhall.security_code import SecurityCodeRequired
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, SYSTEM, VISITOR, Desk, visitor
from tests.integration.requests.test_agents import COLLEAGUE, Accounts
from tests.integration.requests.test_drafts import ROAD, SACHA, SCHOOL, opened
from tests.support import published
from tests.support.filled import valid_applicant


class Asked:
    """The service, asked as other processes ask it."""

    def __init__(self, desk: Desk) -> None:
        self.accounts = Accounts()
        self.service = RequestsService()
        self.service.store = desk.store
        self.service.rpc = self.accounts  # type: ignore[assignment]
        self.seconds = 0.0
        self.service.backlog = Backlog(lambda: self.seconds)

    def __call__(self, method: str, actor: Actor, body: dict[str, Any], command_id: str) -> dict[str, Any]:
        message = {"actor": to_json(actor), "body": body, "command_id": command_id}
        return orjson.loads(orjson.dumps(getattr(self.service, method)(message)))


@pytest.fixture
def asked(desk: Desk) -> Asked:
    return Asked(desk)


def twice(asked: Asked, method: str, actor: Actor, body: dict[str, Any]) -> None:
    """Asked, and asked again once accounts is away; a command that was never done is then refused.

    The same but for the grant, which each answer signs anew with the second in which it is given.
    """
    command = str(uuid4())
    first = asked(method, actor, body, command)["answer"]
    asked.accounts.away = True
    again = asked(method, actor, body, command)["answer"]
    assert first == again | {name: first[name] for name in first.keys() & {"grant"}}
    assert asked(method, actor, body, str(uuid4()))["refusal"]["code"] == Unavailable.code


def whole(desk: Desk, slug: str, draft_id: str) -> dict[str, Any]:
    """A whole request under the id of a draft, with its pieces."""
    applicant, manifest = valid_applicant(published.definition(slug)), desk.manifest(draft_id, slug)
    given = {"procedure": slug, "draft_id": draft_id, "applicant": applicant, "answers": desk.answers(slug)}
    return {**given, "manifest": manifest, "address_seen": "192.0.2.1"}


def test_a_request_for_a_member_is_filed_once_and_its_receipt_given_again(desk: Desk, asked: Asked) -> None:
    draft = opened(desk, SCHOOL, CAMILLE)
    twice(asked, "submit", CAMILLE, {**whole(desk, SCHOOL, draft["id"]), "member": SACHA["id"]})


def test_a_receipt_is_given_again_without_the_manifest_of_the_pieces(desk: Desk, asked: Asked) -> None:
    draft = opened(desk)
    body = whole(desk, ROAD, draft["id"])
    first = asked("submit", VISITOR, body, command := str(uuid4()))
    assert first["answer"]["request_id"] == draft["id"]
    assert asked("submit", VISITOR, {**body, "manifest": None}, command) == first


@pytest.mark.usefixtures("limits")
def test_a_place_taken_with_a_security_code_is_given_again_without_one(desk: Desk, asked: Asked) -> None:
    of, answers = published.definition("enlevement-encombrants"), desk.answers("enlevement-encombrants")

    def file(n: int, command: str, **more: Any) -> dict[str, Any]:
        applicant = valid_applicant(of, f"personne{n}@courriel.example")
        body = {"procedure": of["slug"], "applicant": applicant, "answers": answers, "address_seen": "192.0.2.7"}
        return asked("submit", visitor(n), body | more, command)

    for n in range(8):
        assert "answer" in file(n, str(uuid4()))
    command = str(uuid4())
    assert file(8, command)["refusal"]["code"] == SecurityCodeRequired.code
    given = file(8, command, code_given=True)
    assert given["answer"]["number"]
    assert file(8, command) == given


def test_a_member_is_chosen_once(desk: Desk, asked: Asked) -> None:
    draft = opened(desk, SCHOOL, CAMILLE)
    chosen = {"draft_id": draft["id"], "step": "procedure", "data": {"member": SACHA["id"]}}
    twice(asked, "save_step", CAMILLE, chosen)


def test_a_request_is_handed_over_once(desk: Desk, asked: Asked) -> None:
    receipt = desk.file(ROAD)
    twice(asked, "assign", AGENT, {"number": receipt["number"], "version": 1, "assignee": COLLEAGUE["id"]})


def test_filings_are_refused_while_what_follows_from_them_gets_later(
    desk: Desk, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messaging shows it by what its mails are about. Of a refused one nothing is kept, and the draft stays."""
    draft, given = opened(desk, actor=ALIX), str(uuid4())
    body = whole(desk, ROAD, draft["id"])
    too_late(desk, asked, monkeypatch, opened(desk))

    assert asked("submit", ALIX, body, given)["refusal"]["code"] == TooManyFilings.code
    assert asked("submit_draft", ALIX, of(draft["id"]), str(uuid4()))["refusal"]["code"] == TooManyFilings.code
    assert desk.see(ALIX, reading.draft_for, ROAD).draft.id == draft["id"]

    asked.seconds += 60
    assert asked("submit", ALIX, body, given)["answer"]["request_id"] == draft["id"]


def test_what_was_filed_is_answered_again_while_filings_are_refused(
    desk: Desk, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the same command, and under another one, as by a form that was sent twice."""
    body, command, first = too_late(desk, asked, monkeypatch, opened(desk))
    assert asked("submit", VISITOR, body, command)["answer"] == first
    again = asked("submit_draft", VISITOR, of(body["draft_id"]), str(uuid4()))["answer"]
    assert again["number"] == first["number"]


def test_mails_that_waited_for_others_refuse_no_filing(
    desk: Desk, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_late(desk, asked, monkeypatch, opened(desk), shows_backlog=False)
    draft = opened(desk, actor=ALIX)
    assert "answer" in asked("submit", ALIX, whole(desk, ROAD, draft["id"]), str(uuid4()))


def of(draft_id: str) -> dict[str, Any]:
    return {"draft_id": draft_id, "version": 1, "address_seen": "192.0.2.1"}


def too_late(
    desk: Desk, asked: Asked, monkeypatch: pytest.MonkeyPatch, draft: dict[str, Any], *, shows_backlog: bool = True
) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """What was filed of that draft, under which command and with which answer; its mail gets late while requests looks on."""
    body, command = whole(desk, ROAD, draft["id"]), str(uuid4())
    first = asked("submit", VISITOR, body, command)["answer"]
    filed = desk.history(first)[0]
    mail = {"request_id": filed.subject, "event_id": str(filed.event_id), "shows_backlog": shows_backlog}
    for asked.seconds in range(6):
        assert asked("notices_details", SYSTEM, {"mails": [mail]}, "")["answer"]["items"]
        monkeypatch.setattr(backlog, "LATE_SECONDS", -1.0)  # from now on nothing can be younger
    return body, command, first
