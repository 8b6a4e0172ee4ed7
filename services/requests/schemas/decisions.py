"""Declared calls of an agent who handles a request: taking in charge, deciding, handing on, noting."""

from datetime import date

from services.chassis.contracts import Command, RecordedLook, checked, marked
from services.chassis.french_fields import Listed, Named, Text
from services.chassis.structs import Struct
from services.requests.schemas.shapes import OnNumber, OnRequest, OnVersion, optional_text, optional_whole
from services.requests.schemas.work_list import Narrowed


class TakeInCharge(OnVersion, Command[OnRequest]):
    """The request is the agent's; a new one is then under review where its flow says so."""


class NextTaken(Struct):
    """None: there is none to take."""

    number: str | None


class TakeNext(Narrowed, Command[NextTaken]):
    """The most urgent open request that waits for the town, that no agent handles and that the agent may decide is the agent's, as by
    TakeInCharge; of a list that is narrowed so, whatever its order. Never the same to two agents."""


class Decided(OnRequest):
    """`told`: whether a mail informs the person. `held`: the decision waits under that id, and nothing is done yet."""

    status: str
    told: bool
    held: str | None = None


def _values() -> Named:
    return Named(keys=Text(), values=Text(blank=True), load_default=None, allow_none=True)


class DecisionWords(Struct):
    """Where a request goes, with the words that the person must get. `values`: of the placeholders of a prepared `reply`."""

    to: str = checked(Text(required=True))
    reply: str | None = optional_text()
    text: str | None = optional_text(blank=True)
    values: dict[str, str] | None = checked(_values(), default=None)
    reason: str | None = optional_text(blank=True)
    missing_documents: tuple[str, ...] | None = checked(
        Listed(Text(), load_default=None, allow_none=True), default=None
    )
    deadline: date | None = None
    other_administration: str | None = optional_text(blank=True)


class ChangeStatus(DecisionWords, OnVersion, Command[Decided]):
    """Along the flow. A request that no agent handles becomes that of the agent who decides, and the review of a new one begins with
    a decision that only its review leads to.

    `together`: it leaves for several requests, each by its own command, so it may only be a prepared reply without
    blanks, to a status that asks for no reason of its own.
    `hold`: it is checked now and carried out some seconds later (`Settings.decision_wait`), and can be undone until then.

    Raises StaleVersion, with what changed, where `version` is not the request's present one; UnfilledPlaceholder; NotForMany;
    DecisionWaits where one was sent for this request a moment ago.
    """

    together: bool = marked(later=True, default=False)
    hold: bool = marked(later=True, default=False)


class Assign(OnNumber, Command[OnRequest]):
    """Assigns the request to an agent of its department; None: to no one."""

    version: int | None = optional_whole(least=1)
    assignee: str | None = optional_text()


class AddNote(OnNumber, Command[OnRequest]):
    """Never shown to the citizen. `mentions`: the ids of colleagues whose attention it asks for. Raises MentionUnknown for one who
    may not see the request."""

    text: str = checked(Text(required=True, blank=True))
    mentions: tuple[str, ...] = marked(later=True, default=())


class ReplyText(Struct):
    """The reply as it would be sent now, and the names of the placeholders that are left in it."""

    text: str
    unfilled: tuple[str, ...]


class PreviewReply(OnNumber, RecordedLook[ReplyText], method="reply_preview"):
    reply: str = checked(Text(required=True))
    values: dict[str, str] | None = checked(_values(), default=None)
