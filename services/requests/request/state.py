"""A request as its events make it: the state that decisions are taken on, and that pages show. Pure."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, assert_never

from services.chassis.contracts import Json
from services.chassis.structs import Struct, made_of
from services.messaging.schemas.facts import Direction
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.request import deadlines, events as e, flow
from services.requests.schemas.facts import ImplicitDecision
from services.requests.schemas.refusals import RequestNotFound
from services.requests.schemas.statuses import AppointmentStatus, Erasure, Status
from services.townhall.grants import Side


class Attestation(StrEnum):
    """Where the attestation of an acceptance by silence stands."""

    NONE = "none"
    REQUESTED = "requested"
    GIVEN = "given"


class Appointment(Struct):
    id: str
    agenda: str
    starts_at: datetime
    ends_at: datetime
    booked: bool = True

    def has_not_begun(self, now: datetime) -> bool:
        """Whether its slot can still be of use to another person."""
        return self.booked and self.starts_at > now

    @property
    def status(self) -> AppointmentStatus:
        return AppointmentStatus.BOOKED if self.booked else AppointmentStatus.CANCELLED


class FreedSlot(Struct):
    """An earlier slot that freed, and that was in a mail."""

    id: str
    starts_at: datetime
    ends_at: datetime


class EarlierSlot(Struct):
    """Whether a mail is wanted when a slot before that appointment frees, and the slots that were in one. It ends with the
    appointment."""

    appointment_id: str
    wanted: bool = True
    not_before: date | None = None
    freed: tuple[FreedSlot, ...] = ()


class NotFiled(Struct):
    """Under this id nothing was filed."""


class Kept(Struct):
    """What is known of a request as long as its stream lasts; it holds nothing of a person."""

    number: str
    procedure: str
    version: int
    department: str
    area: str
    channel: str
    identity: str | None = None
    status: str
    submitted_at: datetime
    due_on: date | None = None  # the target; none while the file waits for the person
    implicit_decision: ImplicitDecision | None = None
    implicit_reached: bool = False  # silence has lasted until the day of that decision
    attestation: Attestation = Attestation.NONE
    quota: str | None = None
    erasure: Erasure = Erasure.NONE
    erasure_reason: str | None = None  # said with the answer
    assignee: str | None = None
    assignee_name: str = ""
    missing_documents: tuple[str, ...] = ()
    deadline: date | None = None
    generation: int = 1
    appointments: tuple[Appointment, ...] = ()
    earlier_slot: EarlierSlot | None = None
    unread: Mapping[str, str] = field(default_factory=dict[str, str])  # exchange id -> direction
    imported: bool = False
    files: Mapping[str, int] = field(default_factory=dict[str, int])  # document id -> how many files it has

    def grows_by(self, event: e.DocumentAdded | e.DocumentReplaced) -> bool:
        """Whether the event adds a file: taking one out of a piece completes nothing."""
        return isinstance(event, e.DocumentAdded) or event.files > self.files.get(event.document_id, 0)

    @property
    def aimed_on(self) -> date | None:
        """The day aimed at, put off by the appointment that was agreed last, as long as it stands."""
        last = self.appointments[-1] if self.appointments else None
        return deadlines.aimed_at(self.due_on, last.starts_at if last and last.booked else None)

    def appointment(self, appointment_id: str) -> Appointment | None:
        return next((a for a in self.appointments if a.id == appointment_id), None)

    def live_appointments(self) -> list[Appointment]:
        return [a for a in self.appointments if a.booked]

    def upcoming(self, now: datetime) -> Appointment | None:
        """The booked appointment that is still to come."""
        return min((a for a in self.live_appointments() if a.ends_at > now), key=lambda a: a.starts_at, default=None)

    def unread_by(self, side: Side) -> int:
        """Exchanges that this side has not opened."""
        return [*self.unread.values()].count(Direction.read_by(side))


class Filed(Kept):
    """A request that is kept; what a person typed is None where its key is destroyed, as in a history that is read later."""

    alert: bool = False
    attached: bool = False
    owner: str | None = None
    archived: bool = False
    applicant: Json | None = None
    member: Json | None = None
    answers: Json | None = None

    @property
    def by_post(self) -> bool:
        """Whether the person gave no e-mail address: what the town writes is printed, then handed over or posted, until an
        account holds the request."""
        return self.applicant is not None and not self.applicant.get("email")

    @property
    def contacted_by_agents(self) -> bool:
        """Whether agents write to the person by post, or call: without e-mail address, or as the person prefers."""
        preferred = (self.applicant or {}).get("preferred_contact") or "email"
        return self.by_post or (self.applicant is not None and preferred != "email")

    def is_open(self, definition: Procedure) -> bool:
        """Whether it can still be acted on: its status is not a closing one of its procedure, and it is not archived."""
        return not self.archived and not flow.is_closed(definition, self.status)


class Erased(Kept):
    """A request whose retention has ended: closed and archived, it belongs to no person, and what was typed is gone. What counts
    is left: number, procedure, dates, status."""

    alert: ClassVar[bool] = False
    attached: ClassVar[bool] = False
    owner: ClassVar[str | None] = None
    archived: ClassVar[bool] = True
    applicant: ClassVar[Json | None] = None
    member: ClassVar[Json | None] = None
    answers: ClassVar[Json | None] = None
    by_post: ClassVar[bool] = False
    contacted_by_agents: ClassVar[bool] = False

    def is_open(self, definition: Procedure) -> bool:
        return False


Request = Filed | Erased
State = NotFiled | Request


def filed(state: State) -> Request:
    """The request in that state; raises RequestNotFound where none was filed."""
    if isinstance(state, NotFiled):
        raise RequestNotFound
    return state


def evolve(state: State, event: e.RequestEvent) -> State:
    """The state after that fact: nothing but a submission begins a request."""
    if isinstance(event, e.RequestSubmitted):
        return replace(made_of(Filed, event), due_on=event.due_at, attached=event.account)
    return state if isinstance(state, NotFiled) else _evolved(state, event)


def _evolved(request: Request, event: e.RequestEvent) -> Request:  # noqa: C901 one case an event, each one step
    if isinstance(event, e.HistoryOnly):
        return request
    match event:
        case e.RequestSubmitted():
            return request
        case e.RequestAttached(owner=owner):
            return _of_filed(request, attached=True, owner=owner)
        case e.RequestDetached():
            return _of_filed(request, attached=False, owner=None)
        case e.RequestStatusChanged():
            return replace(
                request,
                status=event.to_status,
                missing_documents=tuple(event.missing_documents),
                deadline=event.deadline,
                due_on=event.due_at,
                implicit_decision=event.implicit_decision,
                implicit_reached=request.implicit_reached and event.implicit_decision == request.implicit_decision,
            )
        case e.RequestAssigned():
            return replace(request, assignee=event.assignee, assignee_name=event.assignee_name or "")
        case e.ImplicitDecisionReached():
            return replace(request, implicit_reached=True)
        case e.AttestationRequested():
            return replace(request, attestation=Attestation.REQUESTED)
        case e.AttestationGiven():
            return replace(request, attestation=Attestation.GIVEN)
        case e.RequestCancelled():
            return _of_filed(request, status=Status.CANCELLED, archived=True, missing_documents=(), deadline=None)
        case e.RequestArchived():
            return _of_filed(request, archived=True)
        case e.ErasureRequested():
            return replace(request, erasure=Erasure.ASKED, erasure_reason=None)
        case e.ErasureAnswered(accepted=accepted, reason=reason):
            return replace(request, erasure=Erasure.ACCEPTED if accepted else Erasure.REFUSED, erasure_reason=reason)
        case e.RequestErased():
            return replace(made_of(Erased, request), unread={}, earlier_slot=None)
        case e.TrackingLinkRenewed(generation=generation):
            return replace(request, generation=generation)
        case e.AppointmentBooked():
            return replace(request, appointments=(*request.appointments, _booked(event)))
        case e.AppointmentRescheduled(replaces=old):
            return replace(request, appointments=(*_without(request, old), _booked(event)))
        case e.AppointmentCancelled(appointment_id=old):
            return replace(request, appointments=_without(request, old))
        case e.ExchangeAdded(exchange_id=exchange_id, direction=direction):
            return replace(request, unread={**request.unread, exchange_id: direction})
        case e.ExchangeRead(exchange_id=exchange_id):
            return replace(request, unread={k: v for k, v in request.unread.items() if k != exchange_id})
        case e.DocumentAdded() | e.DocumentReplaced():
            return _handed_in(request, event)
        case e.FileRejected(document_id=document_id):
            return _with_files(request, document_id, request.files.get(document_id, 0) - 1)
        case e.DocumentRemoved(document_id=document_id):
            return _with_files(request, document_id, 0)
        case e.EarlierSlotWanted() | e.EarlierSlotUnwanted() | e.EarlierSlotFreed():
            return replace(request, earlier_slot=_earlier_slot(request, event))
        case _:
            assert_never(event)


def _of_filed(request: Request, **changes: object) -> Request:
    """The request with these changes; an erased one, which no longer has these fields, stays as it is."""
    return replace(request, **changes) if isinstance(request, Filed) else request


def _handed_in(request: Request, event: e.DocumentAdded | e.DocumentReplaced) -> Request:
    missing = request.missing_documents
    if request.grows_by(event):
        missing = tuple(one for one in missing if one != event.piece)
    return replace(_with_files(request, event.document_id, event.files), missing_documents=missing)


def _with_files(request: Request, document_id: str, files: int) -> Request:
    others = {id: count for id, count in request.files.items() if id != document_id}
    return replace(request, files={**others, document_id: files} if files > 0 else others)


def _earlier_slot(
    request: Request, event: e.EarlierSlotWanted | e.EarlierSlotUnwanted | e.EarlierSlotFreed
) -> EarlierSlot:
    known = request.earlier_slot
    if known is None or known.appointment_id != event.appointment_id:
        known = EarlierSlot(appointment_id=event.appointment_id)
    match event:
        case e.EarlierSlotWanted(not_before=not_before):
            return replace(known, wanted=True, not_before=not_before)
        case e.EarlierSlotUnwanted():
            return replace(known, wanted=False)
        case e.EarlierSlotFreed(slot_id=slot_id, starts_at=starts_at, ends_at=ends_at):
            return replace(known, freed=(*known.freed, FreedSlot(id=slot_id, starts_at=starts_at, ends_at=ends_at)))


def _booked(event: e.AppointmentBooked | e.AppointmentRescheduled) -> Appointment:
    return Appointment(id=event.appointment_id, agenda=event.agenda, starts_at=event.starts_at, ends_at=event.ends_at)


def _without(request: Request, appointment_id: str) -> tuple[Appointment, ...]:
    return tuple(replace(a, booked=False) if a.id == appointment_id else a for a in request.appointments)


class Subject(Struct):
    """What access to a request depends on."""

    request_id: str
    department: str
    procedure: str
    attached: bool
    erased: bool
    account_id: str | None
    generation: int
    generation_since: datetime
    holder_away: bool = False
    """Whether the account that holds it is locked; known where one request is read, not in lists."""

    @property
    def login_required(self) -> bool:
        """Whether its tracking links open nothing without the account that holds it."""
        return self.attached and not self.holder_away
