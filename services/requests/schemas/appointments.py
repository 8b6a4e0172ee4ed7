"""Declared calls about appointments: free slots, and those of a request. Moments and days are ISO 8601."""

from datetime import date, datetime

from services.chassis.contracts import Command, Query, identifier
from services.chassis.structs import Struct
from services.requests.schemas.shapes import OnNumber, OnRequest, OnVersion, optional_text, slug


class Span(Struct):
    start: str
    end: str


class Slot(Span):
    """`free`: the places that are left; `mine`: one of them is the caller's."""

    free: int
    mine: bool


class SlotDay(Struct):
    date: str
    closed_reason: str | None
    slots: tuple[Slot, ...]


class SlotAgenda(Struct):
    slug: str
    title: str
    place: str
    instructions: str
    slot_minutes: int
    change_until_hours: int


class SlotWeek(Struct):
    """`week`, `previous` and `next` are names such as "2026-W49". `current`: what the draft holds or the request has booked."""

    agenda: SlotAgenda
    week: str
    first_day: str
    previous: str | None
    next: str | None
    days: tuple[SlotDay, ...]
    current: Span | None


class ListSlots(Query[SlotWeek], method="slots"):
    """Of that week, or of the first one with a free slot. Raises WeekUnknown, NotReceivedYet, DraftNotFound, RequestNotFound."""

    agenda: str = slug()
    week: str | None = optional_text()
    number: str | None = optional_text()
    draft_id: str | None = identifier(required=False)


class Booked(OnRequest):
    appointment_id: str


class AddAppointment(OnVersion, Command[Booked]):
    """Raises SlotGone, AppointmentExists, NoAppointment."""

    start: datetime


class MoveAppointment(OnVersion, Command[Booked]):
    """The old slot is free and the new one taken at the same instant, or nothing moves. Raises SlotGone, SlotAlreadyYours,
    TooLateToChange, AppointmentUnknown."""

    appointment_id: str = identifier()
    start: datetime


class CancelAppointment(OnVersion, Command[OnRequest]):
    """Raises AppointmentMandatory, TooLateToChange, AppointmentUnknown."""

    appointment_id: str = identifier()


class WantEarlierSlot(OnNumber, Command[OnRequest]):
    """Whether the holder is mailed when a slot before the appointment frees, of that day at the earliest. Ends with the
    appointment. Raises DayIsPast, DayAfterAppointment, TooLateToChange, NoEmailToAlert, AppointmentUnknown."""

    appointment_id: str = identifier()
    wanted: bool
    not_before: date | None = None


class CalendarFile(Struct):
    ics: str


class ReadCalendarFile(OnNumber, Query[CalendarFile], method="calendar_file"):
    """Of the appointment to come; raises AppointmentUnknown where there is none."""
