"""Commands on a request. They carry everything a decision needs: the time, the ids, the definition."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.capacity.slots import ChosenSlot


@dataclass(frozen=True, kw_only=True)
class Submit:
    number: str
    definition: Procedure
    channel: str
    applicant: dict[str, Any]
    member: dict[str, Any] | None
    answers: dict[str, Any]
    manifest: list[dict[str, Any]]
    owner: str | None
    index: dict[str, Any]  # keyed hashes by which the request may be found again
    quota: str | None
    slot: ChosenSlot | None
    now: datetime
    identity: str | None = None
    agent: str | None = None  # who files at the counter
    imported: bool = False


@dataclass(frozen=True, kw_only=True)
class Attach:
    account: str


@dataclass(frozen=True, kw_only=True)
class Detach:
    """The account that holds the request is being erased."""


@dataclass(frozen=True, kw_only=True)
class Erase:
    """The end of a closed request: `elimination` is the approved list that it is on."""

    definition: Procedure
    elimination: str


@dataclass(frozen=True, kw_only=True)
class RequestErasure:
    """The applicant asks for the erasure, which follows the retention."""


@dataclass(frozen=True, kw_only=True)
class AnswerErasure:
    """`reason`: what the person reads, mandatory with a refusal; `closed_on`: the day of the closure, None while it is open."""

    accepted: bool
    reason: str
    agent: str
    definition: Procedure
    closed_on: date | None


@dataclass(frozen=True, kw_only=True)
class ChangeStatus:
    to: str
    by: str
    definition: Procedure
    now: datetime
    agent: str | None = None
    reason: str | None = None
    other_administration: str | None = None
    reply_text: str | None = None
    prepared: bool = False  # the text is a reply that the town has prepared for this status
    missing_documents: Sequence[str] = field(default_factory=tuple)
    deadline: date | None = None
    imported: bool = False

    @property
    def says_something(self) -> bool:
        """Whether more than the status itself would be lost with it."""
        return bool(self.reason or self.other_administration or self.reply_text or self.missing_documents)


@dataclass(frozen=True, kw_only=True)
class ResumeReview:
    """What was missing has come: the file goes back to the agent, its delays run from today."""

    definition: Procedure
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Assign:
    assignee: str | None
    assignee_name: str
    agent: str | None = None  # who hands it over


@dataclass(frozen=True, kw_only=True)
class AddNote:
    text: str
    agent: str


@dataclass(frozen=True, kw_only=True)
class ReachImplicitDecision:
    definition: Procedure
    today: date
    imported: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestAttestation:
    definition: Procedure


@dataclass(frozen=True, kw_only=True)
class GiveAttestation:
    document_id: str


@dataclass(frozen=True, kw_only=True)
class Cancel:
    definition: Procedure
    imported: bool = False


@dataclass(frozen=True, kw_only=True)
class Archive:
    definition: Procedure
    imported: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestTrackingLink:
    """`expired`: the present generation is too old to be sent again, a new one revokes it."""

    expired: bool


@dataclass(frozen=True, kw_only=True)
class RevokeTrackingLinks:
    """Every link sent so far stops working."""


@dataclass(frozen=True, kw_only=True)
class RenewLinks:
    """Links that are sent from now on open the request, those of before do not."""


@dataclass(frozen=True, kw_only=True)
class AddAppointment:
    slot: ChosenSlot
    by: str
    definition: Procedure
    now: datetime


@dataclass(frozen=True, kw_only=True)
class MoveAppointment:
    appointment_id: str
    slot: ChosenSlot
    by: str
    definition: Procedure
    agenda: Agenda
    now: datetime


@dataclass(frozen=True, kw_only=True)
class CancelAppointment:
    appointment_id: str
    by: str
    definition: Procedure
    agenda: Agenda
    now: datetime


@dataclass(frozen=True, kw_only=True)
class RemindOfAppointment:
    """`hours`: of the agenda; `since`: when the appointment was agreed or last reminded of, None where nothing tells."""

    definition: Procedure
    hours: Sequence[int]
    since: datetime | None
    now: datetime


@dataclass(frozen=True, kw_only=True)
class RemindOfDocuments:
    definition: Procedure
    today: date


RequestCommand = (
    Submit
    | Attach
    | Detach
    | Erase
    | RequestErasure
    | AnswerErasure
    | ChangeStatus
    | ResumeReview
    | Assign
    | AddNote
    | ReachImplicitDecision
    | RequestAttestation
    | GiveAttestation
    | Cancel
    | Archive
    | RequestTrackingLink
    | RevokeTrackingLinks
    | RenewLinks
    | AddAppointment
    | MoveAppointment
    | CancelAppointment
    | RemindOfAppointment
    | RemindOfDocuments
)
