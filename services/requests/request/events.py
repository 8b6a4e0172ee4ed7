"""What happens to a request: the events of one stream `request-<uuid>`.

Public facts leave the database with ids, statuses, times and counts only; whatever a person typed is in the sealed part,
which cannot be read any more once the request's key is destroyed. `occurred_at` dates a fact that was recorded
after it happened: an imported one, a piece that came with the request. Types are for ever: add a field with a default, or publish a new version with an upcaster.
"""

from datetime import date, datetime

from services.chassis.contracts import Json
from services.chassis.event_store.events import Event, sealed
from services.chassis.event_store.locks import declare_lock_order
from services.chassis.structs import Struct
from services.documents.schemas import facts as documents
from services.messaging.schemas import facts as messaging
from services.requests.schemas import facts
from services.requests.schemas.facts import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentReminderDue,
    AppointmentRescheduled,
    AttestationGiven,
    AttestationRequested,
    By,
    DocumentsReminderDue,
    EarlierSlotFreed,
    ErasureRequested,
    ImplicitDecisionReached,
    ProfileUpdateAsked,
    ProfileUpdateDecided,
    RequestArchived,
    RequestCancelled,
    RequestDetached,
    RequestErased,
    TrackingLinkRequested,
)
from services.requests.schemas.nearby import Point

# A command locks its request first, then all the capacity it touches at once: crossing moves never wait in a ring.
declare_lock_order({"request": 1, "quota": 2, "day": 2})


class Index(Struct):
    """Keyed hashes by which a request is found again; `email`: "" where there is no address to send a link to; `cell`: of the
    square of the map where it is about, "" where it says no point."""

    email: str
    filed_by: str
    words: list[str]
    cell: str = ""


class RequestSubmitted(facts.RequestSubmitted):
    applicant: Json | None = sealed()
    member: Json | None = sealed()
    answers: Json | None = sealed()
    manifest: list[Json] | None = sealed()
    owner: str | None = sealed()  # the account that the request belongs to
    index: Index | None = sealed()
    agent: str | None = sealed(default=None)  # who filed it at the counter
    reception: str | None = sealed(default=None)  # what to prepare for who comes, in the procedure's words
    point: Point | None = sealed(default=None)  # of the map, where the request is about


class RequestAttached(facts.RequestAttached):
    owner: str | None = sealed()


class RequestStatusChanged(facts.RequestStatusChanged):
    reason: str | None = sealed()
    reply_text: str | None = sealed()
    agent: str | None = sealed()
    other_administration: str | None = sealed(default=None)  # to whom the request was passed on
    happened: str | None = sealed(default=None)  # in the words of the prepared reply that was sent


def _seal_the_name(public: Json, _: Json | None) -> tuple[Json, Json | None]:
    """The name of an agent once stood in what crosses the broker."""
    return {"assignee": public["assignee"]}, {"assignee_name": public["assignee_name"]}


class RequestAssigned(Event, version=2, upcasters={1: _seal_the_name}):
    """The request has an agent, or none any more: taken in charge, handed over or given back."""

    assignee: str | None
    assignee_name: str | None = sealed()
    agent: str | None = sealed(default=None)  # who handed it over


class NoteAdded(Event):
    """An agent wrote a note that the town alone reads."""

    text: str | None = sealed()
    agent: str | None = sealed()
    mentioned: tuple[str, ...] | None = sealed(default=None)  # by name, whose attention it asks for


class TrackingLinkRenewed(Event):
    """Every link of an earlier generation is revoked."""

    generation: int


class EarlierSlotWanted(Event):
    """The holder asks to be mailed when a slot before the appointment frees, of that day at the earliest where one is named."""

    appointment_id: str
    agenda: str
    starts_at: datetime  # of the appointment
    not_before: date | None


class EarlierSlotUnwanted(Event):
    """The holder wants no more mails about earlier slots."""

    appointment_id: str


class ErasureAnswered(facts.ErasureAnswered):
    reason: str | None = sealed()
    agent: str | None = sealed()


# Facts of other services that are recorded in the stream of a request too, under their own event ids: partners read them
# there. A copy has the fields of the fact that it repeats.


class DocumentAdded(documents.DocumentAdded, public=True):
    """A piece was handed in. From documents, under its event id."""

    by: By = "citizen"


class DocumentReplaced(documents.DocumentReplaced, public=True):
    """Other files took the place of those of a piece. From documents, under its event id."""

    by: By = "citizen"
    imported: bool = False
    occurred_at: datetime | None = None


class DocumentRelabelled(documents.DocumentRelabelled, public=True):
    """A piece that its sender named bears another name. From documents, under its event id."""

    by: By = "citizen"
    imported: bool = False
    occurred_at: datetime | None = None


class DocumentRemoved(documents.DocumentRemoved, public=True):
    """A piece was taken away. From documents, under its event id."""

    by: By = "citizen"
    reason: documents.RemovalReason = ""
    imported: bool = False
    occurred_at: datetime | None = None


class FileRejected(documents.FileRejected, public=True):
    """A later scan refused a file of a piece. From documents, under its event id."""

    reason: documents.RejectionReason = ""
    imported: bool = False
    occurred_at: datetime | None = None


class ExchangeAdded(messaging.ExchangeAdded, public=True, followed=True):
    """One side wrote to the other. From messaging, under its event id."""


class ExchangeRead(messaging.ExchangeRead, public=True, followed=True):
    """The other side has opened an exchange. From messaging, under its event id."""


class ProfileUpdated(Event):
    """The profile says what the request asked for. From accounts, under its event id."""

    imported: bool = False


class ProfileUpdateNotApplied(Event):
    """What was granted could not be applied, for that reason: nothing changed, or a new address was taken back.

    Recorded with the decision where no space, or no known member of it, could be changed; otherwise from accounts, as above.
    """

    reason: str  # a NotAppliedReason
    imported: bool = False


CopyOfAPiece = DocumentAdded | DocumentReplaced | DocumentRelabelled | DocumentRemoved
Copy = CopyOfAPiece | FileRejected | ExchangeAdded | ExchangeRead
Fact = Copy | ProfileUpdated | ProfileUpdateNotApplied

RequestEvent = (
    RequestSubmitted | RequestAttached | RequestDetached | RequestStatusChanged | RequestAssigned | NoteAdded
    | ImplicitDecisionReached | AttestationRequested | AttestationGiven | ProfileUpdateAsked | ProfileUpdateDecided
    | RequestCancelled | RequestArchived | ErasureRequested | ErasureAnswered | RequestErased
    | TrackingLinkRenewed | TrackingLinkRequested | AppointmentBooked | AppointmentRescheduled | AppointmentCancelled
    | AppointmentReminderDue | DocumentsReminderDue | EarlierSlotWanted | EarlierSlotUnwanted | EarlierSlotFreed | Fact
)  # fmt: skip

TownOnly = NoteAdded | RequestAssigned
"""What the town alone sees, in Historique too."""

HistoryOnly = (
    NoteAdded | TrackingLinkRequested | DocumentRelabelled | AppointmentReminderDue | DocumentsReminderDue
    | ProfileUpdateAsked | ProfileUpdateDecided | ProfileUpdated | ProfileUpdateNotApplied
)  # fmt: skip
"""What changes nothing of the state; every other event has its case in `evolve`."""

LeavesPagesCurrent = (
    ExchangeRead | TrackingLinkRequested | TrackingLinkRenewed | AppointmentReminderDue | DocumentsReminderDue
    | ProfileUpdateAsked | ProfileUpdated | EarlierSlotWanted | EarlierSlotUnwanted | EarlierSlotFreed
)  # fmt: skip
"""A page that was read before one of these still shows enough to decide by; every other event makes it stale."""
