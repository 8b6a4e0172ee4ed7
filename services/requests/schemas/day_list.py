"""Declared calls about a day at the counter: who comes, who is there, who is called next. Moments and days are ISO 8601.

What is noted of a presence is the town's own: no event of a request, nothing that a citizen reads, and gone after some days.
"""

from datetime import date, datetime
from enum import StrEnum

from services.chassis.contracts import Command, Query, RecordedLook, Remembered, identifier, text
from services.chassis.structs import Struct
from services.requests.schemas.appointments import Span
from services.requests.schemas.dashboard import StatusShown
from services.requests.schemas.shapes import OnNumber, optional_text, slug

LONGEST_NAME = 120


class Presence(StrEnum):
    """What is noted of a person on the day. That somebody is late is not noted: it follows from the hour."""

    EXPECTED = "expected"
    ARRIVED = "arrived"
    CALLED = "called"
    ABSENT = "absent"


class Noted(Struct):
    """`presence`: of `Presence`. `noted_at`, `noted_by`: when and by whom, where anything is noted."""

    presence: str = Presence.EXPECTED.value
    arrived_at: str | None = None
    noted_at: str | None = None
    noted_by: str = ""


class DayAppointment(Noted):
    """Of a request that the reader may not see: the time alone, and `number` is None; `confidential` where it is of the reader's
    departments.

    `reason` and `reference`: the answers that the procedure shows at the counter; `reference_label`: what it calls the latter.
    `confidential`: no paper names its procedure or its reason. `late`: today, and nobody has come yet.
    """

    starts_at: str
    ends_at: str
    department: str
    department_name: str
    number: str | None
    procedure_title: str = ""
    applicant_name: str | None = None
    member_name: str = ""
    status: StatusShown | None = None
    reception: str | None = None
    reason: str = ""
    reference: str = ""
    reference_label: str = ""
    confidential: bool = False
    phone: str = ""
    late: bool = False


class WalkIn(Noted):
    """A person who came without an appointment. `name` is None once it cannot be read any more."""

    id: str
    name: str | None
    department: str
    procedure: str | None
    procedure_title: str
    confidential: bool = False


class SlotToGive(Span):
    """A slot that an agent may still give; `free`: its places that are left."""

    free: int


class DayProcedure(Struct):
    slug: str
    title: str


class DayAgenda(Struct):
    """`may_note`: whether the reader may add persons and call the next one. `procedures`: of the reader's departments, those that
    are filed with an appointment here. `reference_label`: what `reference` is called, where a procedure has one: « Numéro » where
    procedures call it otherwise."""

    slug: str
    title: str
    department: str
    place: str
    closed_reason: str | None
    appointments: tuple[DayAppointment, ...]
    walk_ins: tuple[WalkIn, ...] = ()
    free_slots: tuple[SlotToGive, ...] = ()
    procedures: tuple[DayProcedure, ...] = ()
    reference_label: str = ""
    waiting: int = 0
    may_note: bool = False


class DayList(Struct):
    """`next_taken`: the first day from then on with an appointment to come. `notable`: whether the reader may note presences of that
    day. `mark`: of `ReadDayMark`, for what is shown here."""

    day: str
    today: str
    previous: str
    next: str
    next_taken: str | None
    agendas: tuple[DayAgenda, ...]
    total: int
    notable: bool = False
    mark: str = ""


class ListDay(RecordedLook[DayList], method="day_list"):
    """Who comes that day, agenda by agenda, for the agent's departments; None: today."""

    day: date | None = None


class DayMark(Struct):
    mark: str


class ReadDayMark(Query[DayMark], method="day_mark"):
    """Another mark than that of a list that is shown: it looks otherwise now. It says nothing of a person."""

    day: date | None = None


class PresenceNoted(Struct):
    presence: str


class NotePresence(OnNumber, Command[PresenceNoted]):
    """Of an appointment: somebody came, was called, did not come; or what was noted is taken back. `seen`: what the agent read.

    Raises PresenceChanged, AlreadyCalled, NotArrived, DayToCome, DayOver, AppointmentUnknown."""

    starts_at: datetime
    presence: Presence
    seen: Presence


class WalkInAdded(Struct):
    walk_in_id: str


class AddWalkIn(Command[WalkInAdded]):
    """A person has come without an appointment, and waits. Raises AgendaOfAnother, NotOfAgenda."""

    agenda: str = slug()
    name: str = text(LONGEST_NAME, required=True, remembered=Remembered.KEYED)
    procedure: str | None = optional_text()


class NoteWalkIn(Command[PresenceNoted]):
    """The same as `NotePresence`; who is no longer expected is taken off the list. Raises WalkInUnknown besides."""

    walk_in_id: str = identifier()
    presence: Presence
    seen: Presence


class Called(Struct):
    """Who was called: an appointment by number and start, or a person who came without one."""

    number: str | None = None
    starts_at: str | None = None
    walk_in_id: str | None = None


class CallNext(Command[Called]):
    """Of those who have arrived, the one whose hour comes first; never the same to two agents. Raises NobodyWaits, AgendaOfAnother."""

    agenda: str = slug()
