"""What happens to a request, as the town hall would say it: the facts of one stream `request-<uuid>`.

Public facts leave the database with ids, statuses, times and counts only; whatever a person typed is in the sealed part,
which cannot be read any more once the request's key is destroyed. `occurred_at` dates an imported fact that was recorded
long after it happened. Types are for ever: add a field with a default, or publish a new version with an upcaster.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.chassis.events import event, sealed, upcaster

Json = dict[str, Any]


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class RequestSubmitted:
    """A request was filed: where it goes, when the town aims to answer, and what its silence would mean."""

    number: str
    procedure: str
    version: int
    area: str
    department: str
    channel: str  # "portal", "api", "counter" (an agent on behalf of someone) or "import"
    status: str
    submitted_at: datetime
    due_at: date  # the day by which the town aims to have answered
    implicit_decision: Json | None  # {"effect": "acceptance" | "rejection", "at": ISO date}
    documents: int
    appointment: str | None
    agenda: str | None  # where appointments of this procedure are taken
    account: bool
    quota: str | None = None  # the capacity stream in which the request holds a place
    imported: bool = False
    applicant: Json | None = sealed()
    member: Json | None = sealed()
    answers: Json | None = sealed()
    manifest: list[Json] | None = sealed()
    owner: str | None = sealed()  # the account that the request belongs to
    index: Json | None = sealed()  # keyed hashes: {"email", "filed_by", "words"}


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class RequestAttached:
    """The request now belongs to an account: its tracking link asks for a login."""

    owner: str | None = sealed()


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class RequestDetached:
    """The account that it belonged to is gone: its tracking link opens it again without a login."""

    archived: bool  # nothing more is awaited of it: nobody is written to


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class RequestStatusChanged:
    """A step along the procedure's own flow, with the pieces that are asked for when some are."""

    from_status: str
    to_status: str
    closed: bool
    by: str  # "agent", "citizen" or "system"
    missing_documents: list[str]
    deadline: date | None
    reply: bool  # a text was written to the applicant
    notify: bool
    due_at: date | None  # None while the file waits for pieces
    implicit_decision: Json | None
    imported: bool = False
    reason: str | None = sealed()
    reply_text: str | None = sealed()
    agent: str | None = sealed()


@event(version=2, public=False)
@dataclass(frozen=True, kw_only=True)
class RequestAssigned:
    assignee: str | None
    assignee_name: str | None = sealed()


@upcaster("requests", "RequestAssigned", 1)
def _seal_the_name(public: Json, _: Json | None) -> tuple[Json, Json | None]:
    """The name of an agent once stood in what crosses the broker."""
    return {"assignee": public["assignee"]}, {"assignee_name": public["assignee_name"]}


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class NoteAdded:
    text: str | None = sealed()
    agent: str | None = sealed()


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class ImplicitDecisionReached:
    """The term passed in silence: the effect that the law gives to it is there."""

    effect: str
    at: date
    imported: bool = False


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class RequestCancelled:
    """Withdrawn by the citizen; archived at once."""

    by: str
    from_status: str
    imported: bool = False


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class RequestArchived:
    """Out of the lists of both sides; it can still be read."""

    imported: bool = False


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class RequestErased:
    """Its retention has ended and its destruction was approved: nobody can read any more what it said of a person."""

    elimination: str  # the approved list that it was on


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class TrackingLinkRenewed:
    """Every link of an earlier generation is revoked."""

    generation: int


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class TrackingLinkRequested:
    """Someone who gave the number and the applicant's address wants the link again, by mail."""

    number: str


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class AppointmentBooked:
    """An appointment was taken, with the request or later."""

    appointment_id: str
    agenda: str
    starts_at: datetime
    ends_at: datetime
    by: str
    imported: bool = False


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class AppointmentRescheduled:
    """An appointment was moved: the one it replaces is cancelled, its slot free again."""

    appointment_id: str
    replaces: str
    agenda: str
    starts_at: datetime
    ends_at: datetime
    previous_starts_at: datetime
    by: str


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled:
    """An appointment was given up; its slot is free again."""

    appointment_id: str
    agenda: str
    starts_at: datetime
    by: str
    with_request: bool = False


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class ExchangeAdded:
    """One side wrote to the other. Heard from messaging, kept under its event id."""

    exchange_id: str
    direction: str  # "to_town" or "to_citizen"
    imported: bool = False
    occurred_at: datetime | None = None


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class ExchangeRead:
    """The other side has opened an exchange. Heard from messaging, kept under its event id."""

    exchange_id: str
    direction: str
    imported: bool = False
    occurred_at: datetime | None = None


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class DocumentAdded:
    """A piece was handed in. Heard from documents, kept under its event id."""

    document_id: str
    piece: str
    files: int
    by: str = "citizen"
    imported: bool = False
    occurred_at: datetime | None = None


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class DocumentReplaced:
    """Other files took the place of those of a piece. Heard from documents, kept under its event id."""

    document_id: str
    piece: str
    files: int
    by: str = "citizen"
    imported: bool = False
    occurred_at: datetime | None = None


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class DocumentRemoved:
    """A piece was taken away. Heard from documents, kept under its event id."""

    document_id: str
    piece: str
    by: str = "citizen"
    reason: str = ""  # "decision": erased by the rule of the procedure once the request was decided
    imported: bool = False
    occurred_at: datetime | None = None


@event(version=1, public=True)
@dataclass(frozen=True, kw_only=True)
class FileRejected:
    """A later scan refused a file of a piece. Heard from documents, kept under its event id."""

    document_id: str
    piece: str
    reason: str = ""
    imported: bool = False
    occurred_at: datetime | None = None


Fact = ExchangeAdded | ExchangeRead | DocumentAdded | DocumentReplaced | DocumentRemoved | FileRejected

RequestEvent = (
    RequestSubmitted
    | RequestAttached
    | RequestDetached
    | RequestStatusChanged
    | RequestAssigned
    | NoteAdded
    | ImplicitDecisionReached
    | RequestCancelled
    | RequestArchived
    | RequestErased
    | TrackingLinkRenewed
    | TrackingLinkRequested
    | AppointmentBooked
    | AppointmentRescheduled
    | AppointmentCancelled
    | Fact
)
