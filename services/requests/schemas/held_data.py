"""The calls about what the town holds of an applicant with a request, until when, and its erasure."""

from services.chassis.contracts import Command, Done, Query, text
from services.chassis.structs import Struct

LONGEST_NUMBER = 40
LONGEST_REASON = 2000


class HeldData(Struct):
    """`kept_months`: how long it is kept after its closure; `kept_until`: the last day of that in ISO 8601, None while it is open;
    `then`: "destroy", "sort" or "transfer". `for_the_decision`: the pieces that are erased at the closure already.
    `erasure_asked_at`: ISO 8601, None where no one asked; `erasure_answer_by`: the last day for the answer;
    `erasure_answer`: "accepted" or "refused", None while it waits for one, with `erasure_reason` where one was given."""

    number: str
    title: str
    open: bool
    can_cancel: bool
    erased: bool
    kept_months: int
    kept_until: str | None
    then: str
    for_the_decision: tuple[str, ...] = ()
    exchanges: bool = False
    erasure_asked_at: str | None = None
    erasure_answer_by: str | None = None
    erasure_answer: str | None = None
    erasure_answered_at: str | None = None
    erasure_reason: str | None = None


class ReadHeldData(Query[HeldData]):
    """For the applicant, by account or by tracking link. Raises RequestNotFound, LoginRequired, NotAllowed."""

    number: str = text(LONGEST_NUMBER, required=True)


class RequestErasure(Command[Done]):
    """Recorded in the history; the erasure follows the retention of the procedure. Asked twice, it is asked once; after a
    refusal it can be asked for anew.

    Raises as `ReadHeldData`, and RequestErased.
    """

    number: str = text(LONGEST_NUMBER, required=True)


class AnswerErasure(Command[Done]):
    """By an agent who sees the request and holds `handle_data_rights`; in the last fourteen days for the answer, `change_status`
    is enough. `reason`: what the person reads, due with a refusal.

    Raises RequestNotFound, NotAllowed, RequestErased, NoErasureAsked, ReasonRequired, and ErasureAlreadyAnswered for another
    answer than the one that was given.
    """

    number: str = text(LONGEST_NUMBER, required=True)
    accepted: bool
    reason: str = text(LONGEST_REASON)
