"""What happens to a request, as the town hall would say it: the facts of one stream `request-<uuid>`.

Public facts leave the database with ids, statuses, times and counts only; whatever a person typed is in the sealed part,
which cannot be read any more once the request's key is destroyed. `occurred_at` dates a fact that was recorded
after it happened: an imported one, a piece that came with the request. Types are for ever: add a field with a default, or publish a new version with an upcaster.
"""

from datetime import date, datetime
from typing import Annotated, Any

from services.chassis.bus.field_docs import Told
from services.chassis.event_store.events import Event, later, sealed
from services.chassis.event_store.locks import declare_lock_order
from services.requests.definitions.offer import Procedure
from services.requests.request.attestation_events import AttestationGiven, AttestationRequested
from services.requests.request.erasure_events import ErasureAnswered, ErasureRequested
from services.requests.request.piece_events import (
    By,
    DocumentAdded,
    DocumentRelabelled,
    DocumentRemoved,
    DocumentReplaced,
    FileRejected,
    Id,
    Piece,
)
from services.requests.request.profile_events import (
    ProfileUpdateAsked,
    ProfileUpdated,
    ProfileUpdateDecided,
    ProfileUpdateNotApplied,
)
from services.requests.request.reminder_events import AppointmentReminderDue, DocumentsReminderDue
from services.requests.schemas import statuses

# A command locks its request first, then all the capacity it touches at once: crossing moves never wait in a ring.
declare_lock_order({"request": 1, "quota": 2, "day": 2})

Json = dict[str, Any]

Number = Annotated[str, Told("2026-7K3M-QX4P")]
Area = Annotated[str, Told("associations")]
Department = Annotated[str, Told("vie-associative")]
Agenda = Annotated[str, Told("salles")]
Quota = Annotated[str, Told("quota-location-salle-2026-W48")]
Channel = Annotated[str, Told(values=("portal", "api", "counter", "import"))]  # counter: an agent, for somebody
Identity = Annotated[str, Told(values=("checked_at_counter",))]
Side = Annotated[str, Told(values=("citizen", "agent"))]
Direction = Annotated[str, Told(values=("to_town", "to_citizen"))]
# Those of the demo town: a town's own flows may name others.
Status = Annotated[str, Told(known=statuses.KNOWN)]
NextStatus = Annotated[str, Told(statuses.AWAITING, known=statuses.KNOWN)]
DueDay = Annotated[date, Told("2026-12-02", form="date")]
TARGET = (
    "The target, in working days from the filing or from the complete file; none while the file waits for the person. "
    "What the town aims at is the day of the booked appointment where that is later."
)
Target = Annotated[date, Told("2026-12-02", form="date", means=TARGET)]
StartsAt = Annotated[datetime, Told("2026-12-05T09:00:00Z", form="date-time")]
EndsAt = Annotated[datetime, Told("2026-12-05T10:00:00Z", form="date-time")]
_EFFECT = Told("rejection", values=("acceptance", "rejection"))
Effect = Annotated[str, _EFFECT]
ImplicitDecision = Annotated[Json, Told(parts=(("effect", _EFFECT), ("at", Told("2027-01-25", form="date"))))]


class RequestSubmitted(Event, public=True):
    """A request was filed: where it goes, the target of an answer, and what silence would mean."""

    number: Number
    procedure: Procedure
    version: int
    area: Area
    department: Department
    channel: Channel
    status: Status
    submitted_at: datetime
    due_at: Target
    implicit_decision: ImplicitDecision | None
    documents: int
    appointment: Id | None
    agenda: Agenda | None  # where appointments of this procedure are taken
    account: bool
    quota: Quota | None = None  # the capacity stream in which the request holds a place
    alert: bool = later(False)  # an answer that the procedure marks for its agents
    identity: Identity | None = later(None)  # how the agent who filed it made sure of who asks
    imported: bool = False
    applicant: Json | None = sealed()
    member: Json | None = sealed()
    answers: Json | None = sealed()
    manifest: list[Json] | None = sealed()
    owner: str | None = sealed()  # the account that the request belongs to
    index: Json | None = sealed()  # keyed hashes: {"email", "filed_by", "words"}
    agent: str | None = sealed(default=None)  # who filed it at the counter
    reception: str | None = sealed(default=None)  # what to prepare for who comes, in the procedure's words


class RequestAttached(Event, public=True):
    """The request now belongs to an account: its tracking link asks for a login."""

    owner: str | None = sealed()


class RequestDetached(Event, public=True):
    """The account that it belonged to is gone: its tracking link opens it again without a login."""

    archived: bool  # nothing more is awaited of it: nobody is written to


class RequestStatusChanged(Event, public=True):
    """A step along the procedure's own flow, with the pieces that are asked for when some are."""

    from_status: Status
    to_status: NextStatus
    closed: bool
    by: By
    missing_documents: list[Piece]
    deadline: DueDay | None
    reply: bool  # a text was written to the applicant
    notify: bool
    due_at: Target | None
    implicit_decision: ImplicitDecision | None
    imported: bool = False
    reason: str | None = sealed()
    reply_text: str | None = sealed()
    agent: str | None = sealed()
    other_administration: str | None = sealed(default=None)  # to whom the request was passed on


def _seal_the_name(public: Json, _: Json | None) -> tuple[Json, Json | None]:
    """The name of an agent once stood in what crosses the broker."""
    return {"assignee": public["assignee"]}, {"assignee_name": public["assignee_name"]}


class RequestAssigned(Event, version=2, upcasters={1: _seal_the_name}):
    """The request is in an agent's hands, or in nobody's any more: taken in charge, handed over or given back."""

    assignee: str | None
    assignee_name: str | None = sealed()
    agent: str | None = sealed(default=None)  # who handed it over


class NoteAdded(Event):
    """An agent wrote a note that the town alone reads."""

    text: str | None = sealed()
    agent: str | None = sealed()


class ImplicitDecisionReached(Event, public=True):
    """The term passed in silence: the effect that the law gives to it is there."""

    effect: Effect
    at: date
    imported: bool = False


class RequestCancelled(Event, public=True):
    """Withdrawn by the citizen; archived at once."""

    by: Side
    from_status: Status
    imported: bool = False


class RequestArchived(Event, public=True):
    """Out of the lists of both sides; it can still be read."""

    imported: bool = False


class RequestErased(Event, public=True):
    """Its retention has ended and its destruction was approved: nobody can read any more what it said of a person."""

    elimination: Id  # the approved list that it was on


class TrackingLinkRenewed(Event):
    """Every link of an earlier generation is revoked."""

    generation: int


class TrackingLinkRequested(Event):
    """Someone who gave the number and the applicant's address wants the link again, by mail."""

    number: Number


class AppointmentBooked(Event, public=True):
    """An appointment was taken, with the request or later."""

    appointment_id: Id
    agenda: Agenda
    starts_at: StartsAt
    ends_at: EndsAt
    by: Side
    imported: bool = False


class AppointmentRescheduled(Event, public=True):
    """An appointment was moved: the one it replaces is cancelled, its slot free again."""

    appointment_id: Id
    replaces: Id
    agenda: Agenda
    starts_at: StartsAt
    ends_at: EndsAt
    previous_starts_at: datetime
    by: Side


class AppointmentCancelled(Event, public=True):
    """An appointment was given up; its slot is free again.

    `by` is agent for the town as well where a delay ended the request. `with_request`: it ended with its request, whose own
    mail says so.
    """

    appointment_id: Id
    agenda: Agenda
    starts_at: StartsAt
    by: Side
    with_request: bool = False


class ExchangeAdded(Event, public=True):
    """One side wrote to the other. Heard from messaging, kept under its event id."""

    exchange_id: Id
    direction: Direction
    imported: bool = False
    occurred_at: datetime | None = None


class ExchangeRead(Event, public=True):
    """The other side has opened an exchange. Heard from messaging, kept under its event id."""

    exchange_id: Id
    direction: Direction
    imported: bool = False
    occurred_at: datetime | None = None


Fact = (
    ExchangeAdded
    | ExchangeRead
    | DocumentAdded
    | DocumentReplaced
    | DocumentRelabelled
    | DocumentRemoved
    | FileRejected
    | ProfileUpdated
    | ProfileUpdateNotApplied
)

RequestEvent = (
    RequestSubmitted
    | RequestAttached
    | RequestDetached
    | RequestStatusChanged
    | RequestAssigned
    | NoteAdded
    | ImplicitDecisionReached
    | AttestationRequested
    | AttestationGiven
    | ProfileUpdateAsked
    | ProfileUpdateDecided
    | RequestCancelled
    | RequestArchived
    | ErasureRequested
    | ErasureAnswered
    | RequestErased
    | TrackingLinkRenewed
    | TrackingLinkRequested
    | AppointmentBooked
    | AppointmentRescheduled
    | AppointmentCancelled
    | AppointmentReminderDue
    | DocumentsReminderDue
    | Fact
)
