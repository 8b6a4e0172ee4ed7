"""Declared calls about decisions that were sent and wait some seconds before they are carried out."""

from datetime import datetime
from enum import StrEnum

from services.chassis.contracts import Command, Query, identifier
from services.chassis.structs import Struct
from services.requests.schemas.dashboard import StatusShown
from services.requests.schemas.decisions import DecisionWords
from services.requests.schemas.shapes import OnNumber, OnRequest, optional_text


class HeldState(StrEnum):
    """`NOT_DONE`: it could not be carried out, and stays until an agent takes it back."""

    WAITING = "waiting"
    NOT_DONE = "not_done"
    DONE = "done"
    UNDONE = "undone"


class HeldDecision(Struct):
    """`status`: where the request goes; `agent`: who sent it; `own`: the reader; `seconds`: until it is carried out.

    `because`: why it could not be, as a sentence; None while it waits.
    """

    decision_id: str
    number: str
    status: StatusShown
    agent: str
    own: bool
    due_at: datetime
    seconds: int
    because: str | None


class HeldDecisions(Struct):
    items: tuple[HeldDecision, ...]


class ListHeldDecisions(Query[HeldDecisions]):
    """Those of the agent, and those about the request of that `number`; that which leaves first comes first."""

    number: str | None = optional_text()


class HeldOutcome(OnRequest):
    """`state`: a HeldState."""

    state: str


class ReadHeldDecision(OnNumber, Query[HeldOutcome]):
    """What became of a decision that was held."""

    decision_id: str = identifier()


class Undone(OnRequest):
    """The words as they were sent."""

    words: DecisionWords


class UndoDecision(OnNumber, Command[Undone]):
    """Takes back a decision that is not carried out yet, by who sent it; or one that could not be, by any agent who may decide.

    Raises DecisionGone where it is carried out, or taken back already.
    """

    decision_id: str = identifier()
