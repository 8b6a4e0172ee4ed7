"""The facts of requests that other services or partners receive: the public part of its events, as stored and sent."""

from datetime import date, datetime
from typing import Annotated

from services.chassis.bus.field_docs import FieldDoc, Id
from services.chassis.event_store.events import Event, later
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import SilenceEffect
from services.requests.schemas import statuses

Procedure = Annotated[str, FieldDoc("location-salle")]
Period = Annotated[str, FieldDoc("2026-W48")]
Piece = Annotated[str, FieldDoc("assurance-rc")]
By = Annotated[str, FieldDoc(values=("agent", "citizen", "system"))]
Number = Annotated[str, FieldDoc("2026-7K3M-QX4P")]
Area = Annotated[str, FieldDoc("associations")]
Department = Annotated[str, FieldDoc("vie-associative")]
Agenda = Annotated[str, FieldDoc("salles")]
Quota = Annotated[str, FieldDoc("quota-location-salle-2026-W48")]
# counter: an agent, for another person
Channel = Annotated[str, FieldDoc(values=("portal", "api", "counter", "import"))]
Identity = Annotated[str, FieldDoc(values=("checked_at_counter",))]
Party = Annotated[str, FieldDoc(values=("citizen", "agent"))]
# Those of the demo town: a town's own flows may name others.
Status = Annotated[str, FieldDoc(known=tuple(statuses.Status))]
NextStatus = Annotated[str, FieldDoc(statuses.Status.AWAITING, known=tuple(statuses.Status))]
DueDay = Annotated[date, FieldDoc("2026-12-02", form="date")]
TARGET = (
    "The target, in working days from the filing or from the complete file; none while the file waits for the person. "
    "What the town aims at is the day of the booked appointment where that is later."
)
Target = Annotated[date, FieldDoc("2026-12-02", form="date", means=TARGET)]
StartsAt = Annotated[datetime, FieldDoc("2026-12-05T09:00:00Z", form="date-time")]
EndsAt = Annotated[datetime, FieldDoc("2026-12-05T10:00:00Z", form="date-time")]
Effect = Annotated[str, FieldDoc(SilenceEffect.REJECTION, values=(SilenceEffect.ACCEPTANCE, SilenceEffect.REJECTION))]


class ImplicitDecision(Struct):
    """What silence means after the day `at`, which is the last one for an answer."""

    effect: Effect
    at: Annotated[date, FieldDoc("2027-01-25", form="date")]


class QuotaReached(Event, public=True, followed=True):
    """The last place of a procedure's period was taken: the next person reads when it opens again."""

    procedure: Procedure
    period: Period
    number: int


class DraftLinkRequested(Event):
    """A link to the draft of the stream `draft-<uuid>` is to be mailed to the address that was typed for it."""

    link_id: str


class DraftDiscarded(Event):
    """The only fact of a stream `draft-<uuid>`: what was typed is gone, its files may go too."""


class AttestationRequested(Event, followed=True):
    """The person asks the town to attest that its silence accepted the request."""

    by: str = "citizen"


class AttestationGiven(Event):
    """The town answered with a document."""

    document_id: str


class ErasureRequested(Event, followed=True):
    """The applicant asked that the data of the request be erased: it is done when the law lets the town do it."""


class ErasureAnswered(Event, followed=True):
    """An agent answered: accepted, it is done when the retention ends; refused, with the reason.

    `kept_until`: the last day of the retention; None while the request is open, whose retention has not begun.
    """

    accepted: bool
    kept_until: date | None
    by: str = "agent"


class RequestSubmitted(Event, public=True, followed=True):
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


class RequestAttached(Event, public=True):
    """The request now belongs to an account: its tracking link asks for a login."""


class RequestDetached(Event, public=True):
    """The account that it belonged to is gone: its tracking link opens it again without a login."""

    archived: bool  # nothing more is awaited of it: no one is written to


class RequestStatusChanged(Event, public=True, followed=True):
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


class ImplicitDecisionReached(Event, public=True):
    """The term passed in silence: the effect that the law gives to it is there."""

    effect: Effect
    at: date
    imported: bool = False


class RequestCancelled(Event, public=True, followed=True):
    """Withdrawn by the citizen; archived at once."""

    by: Party
    from_status: Status
    imported: bool = False


class RequestArchived(Event, public=True):
    """Out of the lists of both sides; it can still be read."""

    imported: bool = False


class RequestErased(Event, public=True, followed=True):
    """Its retention has ended and its destruction was approved: what it held of a person can no longer be read."""

    elimination: Id  # the approved list that it was on


class TrackingLinkRequested(Event):
    """The link was asked for again by mail, with the number and the address of the applicant."""

    number: Number


class AppointmentBooked(Event, public=True, followed=True):
    """An appointment was taken, with the request or later."""

    appointment_id: Id
    agenda: Agenda
    starts_at: StartsAt
    ends_at: EndsAt
    by: Party
    imported: bool = False


class AppointmentRescheduled(Event, public=True, followed=True):
    """An appointment was moved: the one it replaces is cancelled, its slot free again."""

    appointment_id: Id
    replaces: Id
    agenda: Agenda
    starts_at: StartsAt
    ends_at: EndsAt
    previous_starts_at: datetime
    by: Party


class AppointmentCancelled(Event, public=True, followed=True):
    """An appointment was given up; its slot is free again.

    `by` is agent for the town as well where a delay ended the request. `with_request`: it ended with its request, whose own
    mail says so.
    """

    appointment_id: Id
    agenda: Agenda
    starts_at: StartsAt
    by: Party
    with_request: bool = False


class ProfileUpdateAsked(Event):
    """A filed request asks for a change of what its account says; its space announces it until the request ends.

    The fields are those of `ProfileUpdateDecided`; `effective_on` is the day of the filing where no later one is asked for.
    """

    account_id: str
    target: str
    member_id: str | None
    names: list[str]
    effective_on: date


class ProfileUpdateDecided(Event):
    """The request was granted: from that day it changes what its account says of the holder, a member or the household.

    The values stay in the request; accounts asks for them when the day has come.
    """

    account_id: str
    target: str  # an UpdateTarget of accounts
    member_id: str | None
    names: list[str]  # of the profile: "address", "mobile_phone" …
    effective_on: date


class AppointmentReminderDue(Event):
    """One of the agenda's reminder hours came for an appointment that is still to begin."""

    appointment_id: str
    starts_at: datetime


class EarlierSlotFreed(Event):
    """A slot before the appointment is free, and the holder asked for a mail about it: the first one to book it has it."""

    slot_id: str  # by which the mail's link names it
    appointment_id: str
    starts_at: datetime
    ends_at: datetime


class DocumentsReminderDue(Event):
    """The pieces or the answer that the file waits for are still missing three days before their date."""

    deadline: date
