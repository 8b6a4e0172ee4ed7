"""A decision is sent, waits some seconds, and is undone or carried out.

While it waits it is a row: no event, no mail, and nothing that a partner could receive. What citizens do goes on, and comes
first."""

from collections.abc import Callable
from dataclasses import replace

from services.chassis.actors import Actor
from services.chassis.errors import Refusal, Unavailable
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.failures import place_of
from services.chassis.logs import get_logger
from services.chassis.settings import Settings
from services.chassis.structs import made_of
from services.requests import refusals
from services.requests.access import rules as access
from services.requests.access.use_cases import actor_of, visible
from services.requests.held_decisions import rows, rules, views
from services.requests.request import rows as requests
from services.requests.request.rules import decider
from services.requests.schemas.decisions import ChangeStatus, Decided, DecisionWords
from services.requests.schemas.held_decisions import HeldState, UndoDecision, Undone
from services.requests.schemas.statuses import Status
from services.requests.worklist import use_cases as worklist

log = get_logger(__name__)

HELD = "requests.held_decision"
"""The signal that a decision waits."""
AGAIN_SECONDS = 5.0
"""When a decision is tried again that could not be judged, because the database or accounts did not answer."""


def change_status(tx: Transaction, settings: Settings, asked: ChangeStatus) -> Decided:
    """Carried out at once; or checked as if it were, and kept until it is due, where `hold` asks for it."""
    on, command = worklist.decision(tx, settings, asked)
    if not asked.hold or not settings.decision_wait or not access.is_staff(actor_of(tx)):
        return worklist.carry_out(tx, on, command)
    begun = worklist.begins_with(tx, on, command)
    would_happen = decider.decide(command, replace(on.request, status=Status.IN_REVIEW) if begun else on.request)
    if not would_happen:
        return worklist.decided(on, command, would_happen)
    decision_id = tx.causation_id or str(tx.new_id())
    rows.add(tx, on.id, decision_id, replace(asked, hold=False), wait=settings.decision_wait)
    tx.wake(HELD)
    return worklist.decided(on, command, would_happen, held=decision_id)


def undo_decision(tx: Transaction, settings: Settings, asked: UndoDecision) -> Undone:
    actor = actor_of(tx)
    access.require_agent(actor, "change_status")
    row, _ = visible(tx, settings, asked.number)
    kept = rows.take_back(tx, row.request_id, asked.decision_id, actor.id)
    if kept is None:
        match views.state_of(tx, row, asked.decision_id):
            case HeldState.DONE:
                raise refusals.DecisionGone
            case HeldState.UNDONE:
                raise refusals.DecisionTakenBack
            case _:  # another agent's
                raise refusals.NotAllowed
    return Undone(number=row.number, words=made_of(DecisionWords, kept))


def carry_out_due(store: Store, acting_agent: Callable[[str], Actor | None]) -> float | None:
    """Carries out what is due; in how many seconds the next one is, None where none waits. `acting_agent`: the agent of that id
    with the rights of this moment."""
    try:
        with store.read() as conn:
            found = rows.waiting(conn)
        for one in found:
            if one.seconds <= 0:
                _carry_out(store, one, acting_agent(one.agent_id))
    except Unavailable:
        return AGAIN_SECONDS
    return next((one.seconds for one in found if one.seconds > 0), None)


def _carry_out(store: Store, one: rows.Waiting, agent: Actor | None) -> None:
    """As if the agent had sent it now; or keeps why not."""
    if agent is None:
        _not_done(store, one, rules.ACCESS_ENDED)
        return
    try:
        with store.transaction(actor=agent, correlation_id=one.correlation_id, causation_id=one.decision_id) as tx:
            tx.lock(requests.stream(one.request_id))
            asked = rows.take(tx, one.decision_id)
            if asked is not None:
                worklist.change_status(tx, store.settings, asked)
    except Unavailable:
        raise
    except Refusal as refusal:
        log.warning("decision_not_done", decision=one.decision_id, outcome=refusal.code)
        _not_done(store, one, rules.because(refusal))
    except Exception as defect:
        log.error("decision_not_done", decision=one.decision_id, error=type(defect).__name__, where=place_of(defect))
        _not_done(store, one, rules.FAILED)


def _not_done(store: Store, one: rows.Waiting, because: str) -> None:
    with store.transaction() as tx:
        rows.keep_not_done(tx, one.decision_id, because)
