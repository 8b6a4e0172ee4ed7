"""Facts of a request about what its applicant is reminded of. Names and fields are the storage format, as in `events.py`."""

from datetime import date, datetime

from services.chassis.event_store.events import Event


class AppointmentReminderDue(Event):
    """One of the agenda's reminder hours came for an appointment that is still to begin."""

    appointment_id: str
    starts_at: datetime


class DocumentsReminderDue(Event):
    """The pieces or the answer that the file waits for are still missing three days before their date."""

    deadline: date
