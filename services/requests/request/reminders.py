"""When the applicant is reminded of an appointment, or of what the file still waits for; and when it is too late. Pure.

An appointment is reminded of at each of the agenda's `reminder_hours` before it begins. Of several hours that passed while
nothing ran one reminder is due, and none of an hour that had passed when the appointment was agreed.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.request import commands as c, events as e, flow
from services.requests.request.state import Appointment, Request
from services.requests.schemas.statuses import Status
from services.townhall.town_time import local_day

DAYS_BEFORE_DEADLINE = 3
"""So many days before the date of missing pieces their reminder is due."""

MORNING = timedelta(hours=8)
"""From this hour of the town's day on: a reminder that is due on a day does not leave at midnight."""


def of_appointment(command: c.RemindOfAppointment, request: Request) -> list[e.RequestEvent]:
    """One fact when an hour came since the appointment was agreed or last reminded of (`since`); else nothing."""
    coming = [one for one in request.live_appointments() if one.starts_at > command.now]
    if not coming or not request.is_open(command.definition):
        return []
    first = min(coming, key=lambda one: one.starts_at)
    if not _hour_came(first.starts_at, command.hours, command.since, command.now):
        return []
    return [e.AppointmentReminderDue(appointment_id=first.id, starts_at=first.starts_at)]


def of_documents(command: c.RemindOfDocuments, request: Request) -> list[e.RequestEvent]:
    """One fact when the file still waits for what was asked for, between the day of the reminder and its date."""
    if request.deadline is None or not _still_awaited(command.definition, request):
        return []
    if not first_day(request.deadline) <= command.today <= request.deadline:
        return []
    return [e.DocumentsReminderDue(deadline=request.deadline)]


def is_of_use(
    reminder: e.AppointmentReminderDue | e.DocumentsReminderDue, definition: Procedure, request: Request, now: datetime
) -> bool:
    """Whether what it reminds of is still to come, at the moment when its mail is written."""
    if not request.is_open(definition):
        return False
    if isinstance(reminder, e.DocumentsReminderDue):
        awaited = request.deadline == reminder.deadline and _still_awaited(definition, request)
        return awaited and local_day(now) <= reminder.deadline
    known = request.appointment(reminder.appointment_id)
    return known is not None and known.has_not_begun(now)


def hours_to_come(appointment: Appointment, hours: Sequence[int], request: Request, now: datetime) -> list[int]:
    """So many hours before it begins a mail will remind of it, the first one first; none where no mail goes to the person."""
    if request.by_post and request.owner is None:
        return []
    waits = [each for each in hours if appointment.booked and appointment.starts_at - timedelta(hours=each) > now]
    return sorted(waits, reverse=True)


def first_day(deadline: date) -> date:
    """The day on which the reminder of missing pieces is due."""
    return deadline - timedelta(days=DAYS_BEFORE_DEADLINE)


def day_of_documents(deadline: date | None, asked_at: datetime) -> date | None:
    """The same; None where the pieces are asked for on that day or later, which needs no reminder."""
    return first_day(deadline) if deadline and local_day(asked_at) < first_day(deadline) else None


def morning_of(now: datetime) -> date:
    """The day whose reminders are due at that instant."""
    return local_day(now - MORNING)


def _hour_came(starts_at: datetime, hours: Sequence[int], since: datetime | None, now: datetime) -> bool:
    instants = [starts_at - timedelta(hours=each) for each in hours]
    return any(instant <= now and (since is None or since < instant) for instant in instants)


def _still_awaited(definition: Procedure, request: Request) -> bool:
    """Where a complete file stays at that status, only missing pieces count as awaited."""
    if request.status != Status.AWAITING:
        return False
    goes_on = flow.transition(definition, Status.AWAITING, Status.IN_REVIEW, "citizen") is not None
    return goes_on or bool(request.missing_documents)
