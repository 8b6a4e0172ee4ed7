"""The erasure that an applicant asks for (glossary D3): when it can be asked for, how an agent answers it, and what is said of
the answer. Nothing is erased by an answer: that is done when the retention ends. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.chassis.errors import Conflict
from services.chassis.event_store.events import Recorded
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import AfterRetention, Procedure
from services.requests import refusals
from services.requests.definitions import days
from services.requests.request import commands as c, deadlines
from services.requests.request.events import ErasureAnswered, ErasureRequested, RequestEvent
from services.requests.request.state import Request
from services.requests.schemas.statuses import Erasure
from services.townhall import french_dates
from services.townhall.town_time import local_day

MONTHS_TO_ANSWER = 1
"""GDPR art. 12(3)."""
LEFT_TO_THE_DEPARTMENT = timedelta(days=14)
"""Of that time, the last days, in which any agent who decides in the department may answer."""

THEN = {
    AfterRetention.DESTROY: "elle est effacée, avec l’accord des archives départementales.",
    AfterRetention.SORT: "elle est triée avec les archives départementales : ce qui n’est pas gardé pour l’histoire est effacé.",
    AfterRetention.TRANSFER: "elle est versée aux archives, qui la gardent.",
}
REMEDIES = (
    "Si vous n’êtes pas d’accord, vous pouvez écrire au délégué à la protection des données de la mairie, puis "
    "adresser une réclamation à la CNIL."
)
"""What a refusal names (GDPR art. 12(4))."""


class NoErasureAsked(Conflict):
    message = "La personne n’a pas demandé l’effacement de cette demande."


class ErasureAlreadyAnswered(Conflict):
    message = "La mairie a déjà répondu à cette demande d’effacement."


class Asked(Struct):
    """The erasure that was asked for last. `answer`: ACCEPTED or REFUSED, None while it waits for one."""

    asked_at: datetime
    answer: Erasure | None = None
    answered_at: datetime | None = None
    reason: str | None = None

    @property
    def answer_by(self) -> date:
        """The last day for an answer."""
        return days.months_after(local_day(self.asked_at), MONTHS_TO_ANSWER)

    @property
    def department_from(self) -> date:
        """The day from which any agent who decides in the department may answer."""
        return self.answer_by - LEFT_TO_THE_DEPARTMENT


def request_it(request: Request) -> list[ErasureRequested]:
    """Once, and anew after a refusal: what kept the town from it may have ended."""
    return [] if request.erasure in (Erasure.ASKED, Erasure.ACCEPTED) else [ErasureRequested()]


def answer(command: c.AnswerErasure, request: Request) -> list[ErasureAnswered]:
    """Raises NoErasureAsked, ErasureAlreadyAnswered for another answer, and ReasonRequired for a refusal without one."""
    if request.erasure is Erasure.NONE:
        raise NoErasureAsked
    reason = command.reason.strip() or None
    if request.erasure is not Erasure.ASKED:
        given = Erasure.ACCEPTED if command.accepted else Erasure.REFUSED
        if (request.erasure, request.erasure_reason) == (given, reason):
            return []
        raise ErasureAlreadyAnswered
    if not command.accepted and reason is None:
        raise refusals.ReasonRequired(fields={"reason": refusals.ReasonRequired.message})
    kept_until = deadlines.kept_until(command.definition, command.closed_on)
    return [ErasureAnswered(accepted=command.accepted, kept_until=kept_until, reason=reason, agent=command.agent)]


def asked(recorded: Sequence[Recorded[RequestEvent]]) -> Asked | None:
    """From the history of a request; None where it was not asked for."""
    last: Asked | None = None
    for one in recorded:
        event = one.event
        if isinstance(event, ErasureRequested):
            last = Asked(asked_at=one.time)
        elif isinstance(event, ErasureAnswered) and last:
            said = Erasure.ACCEPTED if event.accepted else Erasure.REFUSED
            last = replace(last, answer=said, answered_at=one.time, reason=event.reason)
    return last


def outcome(event: ErasureAnswered, definition: Procedure) -> str:
    """What follows from the answer, as the person reads it: the dates that the law sets, or how a refusal is contested."""
    if not event.accepted:
        return REMEDIES
    kept = deadlines.retention(definition, None)
    until = f"jusqu’au {french_dates.long_day(event.kept_until)}" if event.kept_until else ""
    until = until or f"pendant {kept.months} mois après sa clôture"
    return f"La loi impose à la mairie de garder la demande {until}. Ensuite, {THEN[AfterRetention(kept.then)]}"


def in_full(event: ErasureAnswered, definition: Procedure) -> str:
    """The whole answer, as a letter says it."""
    said = "La mairie accepte l’effacement." if event.accepted else "La mairie ne peut pas accepter l’effacement."
    return "\n\n".join(part for part in (said, event.reason, outcome(event, definition)) if part)
