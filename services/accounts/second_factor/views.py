"""How many recovery codes an agent has left."""

from uuid import UUID

from services.accounts.schemas.team import CountRecoveryCodes, RecoveryCodesLeft
from services.accounts.second_factor import rows as second_factor_rows
from services.accounts.spaces.rules import NotYours
from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.event_store.store import Store


def count_recovery_codes(store: Store, call: Call, asked: CountRecoveryCodes) -> RecoveryCodesLeft:
    """Raises NotYours."""
    agent_id = agent_of(call.actor)
    with store.read() as conn:
        return RecoveryCodesLeft(left=second_factor_rows.left(conn, agent_id))


def agent_of(actor: Actor) -> UUID:
    if actor.kind != "agent":
        raise NotYours
    return UUID(actor.id)
