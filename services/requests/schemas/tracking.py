"""Declared call behind « Suivi de la demande » and the agents' file. Days that are texts are ISO 8601."""

from datetime import date, datetime

from services.chassis.contracts import RecordedLook
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import AreaDetails, DepartmentDetails
from services.requests.schemas.dashboard import Silence, StatusShown
from services.requests.schemas.drafts import AnswerLine, Titled
from services.requests.schemas.own_data import Section
from services.requests.schemas.quotas import Place
from services.requests.schemas.shapes import OnNumber
from services.requests.schemas.statuses import AppointmentStatus
from services.requests.schemas.work_list import Assignee


class ProcedureShown(Struct):
    """`version`: of the definition with which the request was filed."""

    slug: str
    title: str
    version: int
    area: AreaDetails
    department_details: DepartmentDetails
    exchanges: bool
    confidential: bool


class ImplicitDecision(Silence):
    """What silence means, whether that day is `reached`, and how a refusal is contested."""

    reached: bool
    appeal: str | None


class AttestationAsked(Struct):
    requested_at: datetime
    given_at: datetime | None


class Cancellation(Struct):
    """`by`: the side that cancelled, "citizen" or "agent"."""

    at: datetime
    by: str


class HistoryLine(Struct):
    """`kind`: "operation", "document", "exchange" or "appointment". Of a piece: its slug ("autre": its sender named it, and
    documents keeps the label) and the last event of the line. `internal`: for the town alone."""

    at: datetime
    kind: str
    title: str
    detail: str
    who: str
    exchange: str | None = None
    document: str | None = None
    piece: str | None = None
    event: str | None = None
    internal: bool = False


class Unread(Struct):
    """How many exchanges each side has to open."""

    citizen: int
    town: int


class FreedSlot(Struct):
    """An earlier slot about which the holder was mailed; whether it is still free, its calendar says."""

    id: str
    starts_at: datetime
    ends_at: datetime


class EarlierSlot(Struct):
    """`wanted`: the holder is mailed when a slot before the appointment frees, from the day `not_before` on where one is
    named; `may_want`: whether that can be asked for now. `freed`: the slots that were in mails, the last one last."""

    may_want: bool
    wanted: bool = False
    not_before: date | None = None
    freed: tuple[FreedSlot, ...] = ()


class Appointment(Struct):
    """`limit_message`: why something cannot be done online, and who can help. `earlier_slot`: of one that stands."""

    id: str
    agenda: str
    starts_at: datetime
    ends_at: datetime
    place: str
    instructions: str
    status: AppointmentStatus
    can_move: bool
    move_until: datetime | None
    can_cancel: bool
    reminder_message: str | None
    limit_message: str | None
    earlier_slot: EarlierSlot | None = None


class AskedDocument(Struct):
    slug: str
    label: str
    required: bool
    sensitive: bool | None
    delete_after: str | None
    formats: tuple[str, ...]
    max_files: int | None
    help: str | None


class ErasedDocument(Struct):
    """`rule`: `decision`, a piece that served for the decision only; `retention`, the end of the request's own term, after
    which a label that a person gave is unreadable."""

    label: str
    at: datetime
    rule: str


class MissingDocument(Struct):
    slug: str
    label: str


class Missing(Struct):
    """What the town waits for, and the last day for it."""

    documents: tuple[MissingDocument, ...]
    deadline: date | None


class Can(Struct):
    """What the reader may do now; nothing with the request as it stood at an earlier instant."""

    cancel: bool = False
    attach: bool = False
    revoke_links: bool = False
    exchange: bool = False
    request_attestation: bool = False
    answer_erasure: bool = False
    add_appointment: bool = False
    add_documents: bool = False


class RequestView(Struct):
    """A request as its holder sees it.

    `tracking_url`: the link, for the reader who came with it. `by_post`: the holder is written to on paper. `reached`: how
    agents reach the holder beside the mails. `tabs` leaves out those that the request does not have. `grant`: what messaging
    and documents let the reader do with it. `as_of`: the instant that was asked for.
    """

    request_id: str
    number: str
    version: int
    procedure: ProcedureShown
    status: StatusShown
    submitted_at: datetime | None
    due_on: str | None
    implicit_decision: ImplicitDecision | None
    attestation: AttestationAsked | None
    appeal: str | None
    refused_because: str | None
    tracking_url: str | None
    cancelled: Cancellation | None
    place: Place | None
    archived: bool
    open: bool
    attached: bool
    applicant: tuple[Section, ...]
    reached: str | None
    by_post: bool
    member: str | None
    answers: tuple[AnswerLine, ...]
    advice: Titled | None
    erased: bool
    history: tuple[HistoryLine, ...]
    unread: Unread
    appointments: tuple[Appointment, ...]
    bring: tuple[str, ...]
    asked_documents: tuple[AskedDocument, ...]
    erased_documents: tuple[ErasedDocument, ...]
    missing: Missing | None
    tabs: tuple[str, ...]
    calendar_url: str | None
    can: Can
    grant: str
    as_of: datetime | None


class Offered(Struct):
    """Where an agent may take the request. `appeal`: of a refusal, the means of appeal that the person reads under it.
    `begins`: the first look at the request."""

    to: str
    label: str
    needs_reason: bool
    begins: bool
    appeal: str | None = None


class PreparedReply(Struct):
    """`placeholders`: those that the agent fills. `filled`: the text as it reads for this request, but for those and the tracking link."""

    slug: str
    title: str
    text: str
    sets_status: str
    placeholders: tuple[str, ...]
    filled: str = ""


class AlsoOpen(Struct):
    """A colleague who has opened the file in the last minutes; `since`: the first time in them."""

    name: str
    since: datetime
    agent_id: str = ""


class Note(Struct):
    at: datetime
    text: str | None
    agent: str | None
    mentioned: tuple[str, ...] = ()


class ErasureAsked(Struct):
    """The erasure that the applicant asked for last, its answer, and until when the law has the town keep the request.

    `department_from`: the day from which any agent who decides in the department may answer.
    """

    asked_at: datetime
    answer_by: date
    department_from: date
    answer: str | None
    answered_at: datetime | None
    reason: str | None
    kept_months: int
    kept_until: str | None
    then: str


class ProfileUnchanged(Struct):
    """Before an agent decides: the status `at` which the profile would change, the `reason` for which none will, and the sentence
    of that reason."""

    at: str
    reason: str
    because: str


class Ages(Struct):
    days: int
    overdue: bool


class ForAgents(Struct):
    """What agents see of a request besides. `alert`: the words of its mark. `documents_by`: the day proposed for missing
    pieces, where they can be asked for."""

    transitions: tuple[Offered, ...]
    replies: tuple[PreparedReply, ...]
    notes: tuple[Note, ...]
    assignee: Assignee | None
    department: str
    applicant_name: str
    closed_at: datetime | None
    channel: str
    identity: str | None
    alert: str | None
    erasure: ErasureAsked | None
    reception: str | None
    profile_unchanged: ProfileUnchanged | None
    ages: Ages
    also_open: tuple[AlsoOpen, ...] = ()
    documents_by: date | None = None


class CaseView(ForAgents, RequestView):
    """The same request as an agent of its department sees it."""


class ReadRequest(OnNumber, RecordedLook[RequestView | CaseView], method="tracking"):
    """The request as it stands, or stood at the instant `as_of`. Raises RequestNotFound, LoginRequired, RequestErased,
    TrackingLinkInvalid."""

    as_of: datetime | None = None
