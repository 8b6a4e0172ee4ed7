"""Commands on a request. They carry everything a decision needs: the time, the ids, the definition."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime

from services.chassis.contracts import Json
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.capacity.slots import ChosenSlot, Slot
from services.requests.request.events import Index


class Submit(Struct):
    number: str
    definition: Procedure
    channel: str
    applicant: Json
    member: Json | None
    answers: Json
    manifest: list[Json]
    owner: str | None
    index: Index
    quota: str | None
    slot: ChosenSlot | None
    now: datetime
    identity: str | None = None
    agent: str | None = None  # who files at the counter
    imported: bool = False


class Attach(Struct):
    account: str


class Detach(Struct):
    """The account that holds the request is being erased."""


class Erase(Struct):
    """The end of a closed request: `elimination` is the approved list that it is on."""

    definition: Procedure
    elimination: str


class RequestErasure(Struct):
    """The applicant asks for the erasure, which follows the retention."""


class AnswerErasure(Struct):
    """`reason`: what the person reads, mandatory with a refusal; `closed_on`: the day of the closure, None while it is open."""

    accepted: bool
    reason: str
    agent: str
    definition: Procedure
    closed_on: date | None


class ChangeStatus(Struct):
    to: str
    by: str
    definition: Procedure
    now: datetime
    agent: str | None = None
    reason: str | None = None
    other_administration: str | None = None
    reply_text: str | None = None
    prepared: bool = False  # the text is a reply that the town has prepared for this status
    happened: str | None = None
    missing_documents: Sequence[str] = field(default_factory=tuple)
    deadline: date | None = None
    imported: bool = False

    @property
    def says_something(self) -> bool:
        """Whether more than the status itself would be lost with it."""
        return bool(self.reason or self.other_administration or self.reply_text or self.missing_documents)


class ResumeReview(Struct):
    """What was missing has come: the file goes back to the agent, its delays run from today."""

    definition: Procedure
    now: datetime


class Assign(Struct):
    assignee: str | None
    assignee_name: str
    agent: str | None = None  # who assigns it


class AddNote(Struct):
    text: str
    agent: str
    mentioned: tuple[str, ...] = ()  # by name


class ReachImplicitDecision(Struct):
    definition: Procedure
    today: date
    imported: bool = False


class RequestAttestation(Struct):
    definition: Procedure


class GiveAttestation(Struct):
    document_id: str


class Cancel(Struct):
    definition: Procedure
    imported: bool = False


class Archive(Struct):
    definition: Procedure
    imported: bool = False


class RequestTrackingLink(Struct):
    """`expired`: the present generation is too old to be sent again, a new one revokes it."""

    expired: bool


class RevokeTrackingLinks(Struct):
    """Every link sent so far stops working."""


class RenewLinks(Struct):
    """Links that are sent from now on open the request, those of before do not."""


class AddAppointment(Struct):
    slot: ChosenSlot
    by: str
    definition: Procedure
    now: datetime


class MoveAppointment(Struct):
    appointment_id: str
    slot: ChosenSlot
    by: str
    definition: Procedure
    agenda: Agenda
    now: datetime


class CancelAppointment(Struct):
    appointment_id: str
    by: str
    definition: Procedure
    agenda: Agenda
    now: datetime


class WantEarlierSlot(Struct):
    """`not_before`: the first day of which a freed slot is of use; None: any."""

    appointment_id: str
    wanted: bool
    not_before: date | None
    definition: Procedure
    agenda: Agenda
    now: datetime


class AnnounceFreedSlot(Struct):
    """`slot_id`: by which the mail names the slot."""

    slot_id: str
    slot: Slot
    definition: Procedure
    agenda: Agenda
    now: datetime


class RemindOfAppointment(Struct):
    """`hours`: of the agenda; `since`: when the appointment was agreed or last reminded of, None where it is not known."""

    definition: Procedure
    hours: Sequence[int]
    since: datetime | None
    now: datetime


class RemindOfDocuments(Struct):
    definition: Procedure
    today: date


RequestCommand = (
    Submit | Attach | Detach | Erase | RequestErasure | AnswerErasure | ChangeStatus | ResumeReview | Assign | AddNote
    | ReachImplicitDecision | RequestAttestation | GiveAttestation | Cancel | Archive
    | RequestTrackingLink | RevokeTrackingLinks | RenewLinks
    | AddAppointment | MoveAppointment | CancelAppointment | RemindOfAppointment | RemindOfDocuments
    | WantEarlierSlot | AnnounceFreedSlot
)  # fmt: skip
