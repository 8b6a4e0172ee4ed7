"""A decision waits some seconds: before it nothing of it exists, then it is done once; or it is undone, or kept with why not."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.errors import Unavailable
from services.chassis.event_store.events import Recorded
from services.requests import refusals
from services.requests.following import use_cases as following
from services.requests.held_decisions import rules, use_cases as held, views
from services.requests.retention import use_cases as retention
from services.requests.schemas.decisions import AddNote, ChangeStatus, Decided, TakeInCharge, TakeNext
from services.requests.schemas.held_decisions import ListHeldDecisions, ReadHeldDecision, UndoDecision
from services.requests.worklist import use_cases as agents
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk
from tests.integration.requests.test_drafts import ROAD
from tests.integration.requests.test_erasing import ARCHIVIST, approval, drawn
from tests.support.at_once import at_once

COLLEAGUE = replace(AGENT, id="55555555-5555-4555-8555-555555555555", name="Chef d’équipe")
WORDS: dict[str, Any] = {"reply": "intervention-programmee", "values": {"deadline": "2026-12-02"}}


def hold(desk: Desk, receipt: dict[str, Any], to: str = "scheduled", **words: Any) -> str:
    """The id of a decision that waits, of a command with an id."""
    asked = ChangeStatus(number=receipt["number"], version=desk.version(receipt), to=to, hold=True, **(words or WORDS))
    call = Call(method="change_status", actor=AGENT, body={"to": to}, command_id=str(uuid4()), correlation_id="c-1")
    done = desk.store.run_declared(call, Decided, lambda tx: held.change_status(tx, desk.settings, asked))
    assert done.held == call.command_id
    return str(done.held)


def carry_out(desk: Desk, agent: Actor | None = AGENT) -> float | None:
    """The turn of the loop at the moment at which all that waits is due."""
    with desk.tx() as tx:
        tx.conn.execute("UPDATE held_decisions SET due_at = clock_timestamp() WHERE because IS NULL")
    return held.carry_out_due(desk.store, lambda _: agent)


def shown(desk: Desk, actor: Actor, receipt: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    found = desk.answer(actor, views.held_decisions, ListHeldDecisions(number=receipt["number"] if receipt else None))
    return found["items"]


def undo(desk: Desk, receipt: dict[str, Any], decision: str, actor: Actor = AGENT) -> Any:
    return desk.do(actor, held.undo_decision, UndoDecision(number=receipt["number"], decision_id=decision))


def state(desk: Desk, receipt: dict[str, Any], decision: str) -> str:
    return desk.see(AGENT, views.outcome, ReadHeldDecision(number=receipt["number"], decision_id=decision)).state


def caused_by(desk: Desk, receipt: dict[str, Any], decision: str) -> list[Recorded[Any]]:
    return [one for one in desk.history(receipt) if one.causation_id == decision]


def test_a_decision_that_waits_is_no_event_and_is_done_once_by_its_agent(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))
    before = desk.history(receipt)

    decision = hold(desk, receipt)

    assert held.carry_out_due(desk.store, lambda _: AGENT) == pytest.approx(desk.settings.decision_wait, abs=2)
    assert desk.history(receipt) == before
    [waits] = shown(desk, AGENT)
    assert (waits["own"], waits["because"], waits["status"]["slug"]) == (True, None, "scheduled")
    assert 0 < waits["seconds"] <= desk.settings.decision_wait
    assert [one["own"] for one in shown(desk, COLLEAGUE, receipt)] == [False]
    assert shown(desk, COLLEAGUE) == []
    assert state(desk, receipt, decision) == "waiting"

    at_once(lambda _: carry_out(desk), range(4), Unavailable)  # four replicas

    [event] = caused_by(desk, receipt, decision)
    assert (event.event.to_status, event.event.agent, event.correlation_id) == ("scheduled", AGENT.name, "c-1")
    assert "2\u00a0décembre\u00a02026" in event.event.reply_text
    assert (shown(desk, AGENT, receipt), state(desk, receipt, decision)) == ([], "done")
    with pytest.raises(refusals.DecisionGone):
        undo(desk, receipt, decision)


def test_a_request_of_no_agent_is_taken_when_its_decision_leaves(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    decision = hold(desk, receipt)
    assert desk.row(receipt)["assignee"] is None

    carry_out(desk)

    assert [type(one.event).__name__ for one in caused_by(desk, receipt, decision)] == [
        "RequestStatusChanged",
        "RequestAssigned",
        "RequestStatusChanged",
    ]
    assert (desk.row(receipt)["assignee"], state(desk, receipt, decision)) == (AGENT.id, "done")


def test_the_agents_own_note_does_not_take_the_decision_back(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))
    decision = hold(desk, receipt)
    desk.do(AGENT, agents.add_note, AddNote(number=receipt["number"], text="Vu avec l’équipe."))

    carry_out(desk)

    assert state(desk, receipt, decision) == "done"


def test_an_undone_decision_gives_its_words_back_and_leaves_nothing(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))
    before = desk.history(receipt)
    decision = hold(desk, receipt, "rejected", reason="Cette voie est privée.")
    with pytest.raises(refusals.NotAllowed):
        undo(desk, receipt, decision, COLLEAGUE)

    words = undo(desk, receipt, decision).words

    assert (words.to, words.reason) == ("rejected", "Cette voie est privée.")
    carry_out(desk)
    assert (desk.history(receipt), shown(desk, AGENT, receipt)) == (before, [])
    assert state(desk, receipt, decision) == "undone"
    with pytest.raises(refusals.DecisionTakenBack):
        undo(desk, receipt, decision)


def test_a_decision_is_checked_before_it_waits(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))
    with pytest.raises(refusals.UnfilledPlaceholder):
        hold(desk, receipt, reply="intervention-programmee")
    with pytest.raises(refusals.TransitionRefused):
        hold(desk, receipt, "submitted", text="Bonjour")
    assert shown(desk, AGENT) == []


def test_while_a_decision_waits_no_other_is_taken_on_the_request(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    hold(desk, receipt, "in_review", text="Nous regardons.")
    number, version = receipt["number"], desk.version(receipt)
    with pytest.raises(refusals.DecisionWaits):
        desk.do(COLLEAGUE, held.change_status, ChangeStatus(number=number, version=version, to="in_review"))
    with pytest.raises(refusals.DecisionWaits):
        desk.do(COLLEAGUE, agents.take_in_charge, TakeInCharge(number=number, version=version))
    assert desk.do(COLLEAGUE, agents.take_next, TakeNext()).number is None
    assert desk.view(number)["version"] == version


def test_a_town_that_waits_no_second_has_its_decisions_done_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = desk.take(desk.file(ROAD))
    monkeypatch.setattr(desk.store, "settings", replace(desk.settings, decision_wait=0))
    asked = ChangeStatus(number=receipt["number"], version=desk.version(receipt), to="scheduled", hold=True, **WORDS)
    assert desk.do(AGENT, held.change_status, asked).held is None
    assert desk.view(receipt["number"])["status"]["slug"] == "scheduled"


def withdrawn(desk: Desk, receipt: dict[str, Any]) -> Actor:
    desk.do(CAMILLE, following.cancel, receipt["number"], desk.view(receipt["number"], CAMILLE)["version"])
    return AGENT


def noted(desk: Desk, receipt: dict[str, Any]) -> Actor:
    desk.do(COLLEAGUE, agents.add_note, AddNote(number=receipt["number"], text="Attendez."))
    return AGENT


def disabled(_: Desk, __: dict[str, Any]) -> None:
    return None


def elsewhere(_: Desk, __: dict[str, Any]) -> Actor:
    return replace(AGENT, departments=("enfance-education",))


def reader(_: Desk, __: dict[str, Any]) -> Actor:
    return replace(AGENT, permissions=("read_requests",))


@pytest.mark.parametrize(
    ("meanwhile", "because"),
    [
        (withdrawn, "a changé"),
        (noted, "a changé"),
        (disabled, rules.ACCESS_ENDED),
        (elsewhere, "n’a plus le droit"),
        (reader, "n’a plus le droit"),
    ],
)
def test_what_came_meanwhile_wins_and_the_words_are_kept(desk: Desk, meanwhile: Any, because: str) -> None:
    receipt = desk.take(desk.file(ROAD, CAMILLE))
    decision = hold(desk, receipt, "rejected", reason="Cette voie est privée.")
    agent = meanwhile(desk, receipt)
    before = desk.history(receipt)

    assert carry_out(desk, agent) is None
    assert held.carry_out_due(desk.store, lambda _: AGENT) is None

    assert (desk.history(receipt), state(desk, receipt, decision)) == (before, "not_done")
    assert agent is None or "droit" not in because or shown(desk, agent) == []
    [kept] = shown(desk, COLLEAGUE, receipt)
    assert because in kept["because"]
    assert undo(desk, receipt, decision, COLLEAGUE).words.reason == "Cette voie est privée."
    assert shown(desk, AGENT, receipt) == []


def test_a_decision_waits_where_the_rights_of_its_agent_are_not_known(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))
    decision = hold(desk, receipt)
    with desk.tx() as tx:
        tx.conn.execute("UPDATE held_decisions SET due_at = clock_timestamp()")

    def silent(_: str) -> Actor:
        raise Unavailable

    assert held.carry_out_due(desk.store, silent) == held.AGAIN_SECONDS
    assert state(desk, receipt, decision) == "waiting"
    assert undo(desk, receipt, decision).words.to == "scheduled"


def test_a_rebuild_keeps_what_waits_and_an_erasure_takes_it_along(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD, CAMILLE))
    hold(desk, receipt)
    desk.check_rebuild(receipt)
    assert len(shown(desk, AGENT)) == 1

    withdrawn(desk, receipt)
    carry_out(desk)
    desk.do(ARCHIVIST, retention.approve_list, approval(drawn(desk)))
    assert retention.erase_approved(desk.store) == 1
    assert desk.rows("SELECT decision_id FROM held_decisions") == []
