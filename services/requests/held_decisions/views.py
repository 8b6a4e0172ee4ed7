"""Which decisions wait or could not be carried out, and what became of one."""

from math import ceil

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests.access import rules as access
from services.requests.access.use_cases import actor_of, reach, visible
from services.requests.definitions.rows import published
from services.requests.held_decisions import rows
from services.requests.request import flow
from services.requests.request.rows import RequestRow
from services.requests.schemas import held_decisions as calls
from services.requests.schemas.held_decisions import HeldState


def held_decisions(tx: Transaction, settings: Settings, asked: calls.ListHeldDecisions) -> calls.HeldDecisions:
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    row = visible(tx, settings, asked.number)[0] if asked.number else None
    own = actor.id if access.may(actor, "change_status") else ""
    found = rows.listed(tx, own, row.request_id if row else None, reach(tx))
    return calls.HeldDecisions(
        items=tuple(
            calls.HeldDecision(
                decision_id=one.decision_id,
                number=one.number,
                status=flow.described(published.procedure(tx.conn, one.procedure, one.version), one.to_status),
                agent=one.agent_name,
                own=one.agent_id == actor.id,
                due_at=one.due_at,
                seconds=max(0, ceil(one.seconds)),
                because=one.because,
            )
            for one in found
        )
    )


def outcome(tx: Transaction, settings: Settings, asked: calls.ReadHeldDecision) -> calls.HeldOutcome:
    access.require_agent(actor_of(tx), "read_requests")
    row, _ = visible(tx, settings, asked.number)
    return calls.HeldOutcome(number=row.number, state=state_of(tx, row, asked.decision_id))


def state_of(tx: Transaction, row: RequestRow, decision_id: str) -> HeldState:
    """A decision is the cause of what it changed; one that is neither here nor that was undone."""
    here, because = rows.state(tx, row.request_id, decision_id)
    if here:
        return HeldState.WAITING if because is None else HeldState.NOT_DONE
    done = any(one.causation_id == decision_id for one in tx.history(row.stream))
    return HeldState.DONE if done else HeldState.UNDONE
