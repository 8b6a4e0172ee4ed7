"""When an applicant is reminded of an appointment or of missing pieces, and when no more."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.requests.request import commands as c, events as e, flow, reminders
from services.requests.request.rules import decide
from services.requests.request.state import Request
from tests.unit.requests.test_request import HALL, HALLS, NOW, PLANNING, VISIT, awaiting, change, slot, state

DEADLINE = date(2026, 12, 5)  # of `awaiting`


def visit(*more: Any) -> Request:
    return state(*more, of=HALL, slot=slot())


def of_visit(request: Request, hours: float, *, since: datetime | None = NOW) -> list[Any]:
    """What is decided so many hours before the visit, where the agenda reminds 72 and 24 hours before."""
    now = VISIT - timedelta(hours=hours)
    return decide(c.RemindOfAppointment(definition=HALL, hours=(72, 24), since=since, now=now), request)


def of_pieces(request: Request, today: date) -> list[Any]:
    return decide(c.RemindOfDocuments(definition=PLANNING, today=today), request)


@pytest.mark.parametrize(
    ("hours", "due"), [(72.1, False), (72, True), (30, True), (24, True), (0.1, True), (0, False), (-1, False)]
)
def test_an_appointment_is_reminded_of_from_the_agendas_hours_on_until_it_begins(hours: float, due: bool) -> None:
    expected = [e.AppointmentReminderDue(appointment_id="rdv-1", starts_at=VISIT)] if due else []

    assert of_visit(visit(), hours) == expected


@pytest.mark.parametrize(("agreed", "now", "due"), [(71, 71, False), (71, 24, True), (23, 1, False), (72, 71, False)])
def test_an_hour_that_had_passed_at_the_booking_sends_no_reminder(agreed: float, now: float, due: bool) -> None:
    assert bool(of_visit(visit(), now, since=VISIT - timedelta(hours=agreed))) is due


def test_no_reminder_is_due_without_hours_or_after_a_cancellation() -> None:
    assert (
        decide(c.RemindOfAppointment(definition=HALL, hours=(), since=NOW, now=VISIT - timedelta(hours=1)), visit())
        == []
    )
    assert of_visit(visit(c.Cancel(definition=HALL)), 24) == []


def test_a_moved_appointment_is_reminded_of_at_its_new_hour_alone() -> None:
    new = slot("rdv-2", VISIT + timedelta(days=7))
    move = c.MoveAppointment(appointment_id="rdv-1", slot=new, by="agent", definition=HALL, agenda=HALLS, now=NOW)
    moved = visit(move)

    assert of_visit(moved, 24) == []
    assert of_visit(moved, 24 - 7 * 24) == [e.AppointmentReminderDue(appointment_id="rdv-2", starts_at=new.starts_at)]


@pytest.mark.parametrize(("days_before", "due"), [(4, False), (3, True), (0, True), (-1, False)])
def test_missing_pieces_are_reminded_of_three_days_before_their_date(days_before: int, due: bool) -> None:
    found = of_pieces(state(*awaiting("formulaire"), of=PLANNING), DEADLINE - timedelta(days=days_before))

    assert found == ([e.DocumentsReminderDue(deadline=DEADLINE)] if due else [])


def test_no_reminder_is_due_for_pieces_that_came_or_a_request_that_ended() -> None:
    came = state(*awaiting("formulaire"), change("in_review", PLANNING, by="citizen"), of=PLANNING)
    ended = state(*awaiting("formulaire"), c.Cancel(definition=PLANNING), of=PLANNING)

    assert of_pieces(came, DEADLINE) == of_pieces(ended, DEADLINE) == []


def test_pieces_asked_for_three_days_before_their_date_or_later_need_no_reminder() -> None:
    asked = datetime.combine(DEADLINE, datetime.min.time(), tzinfo=NOW.tzinfo) + timedelta(hours=12)

    assert reminders.day_of_documents(DEADLINE, asked - timedelta(days=4)) == date(2026, 12, 2)
    assert reminders.day_of_documents(DEADLINE, asked - timedelta(days=3)) is None
    assert reminders.day_of_documents(None, asked) is None


def test_a_reminder_is_of_use_until_its_appointment_or_date() -> None:
    appointment = e.AppointmentReminderDue(appointment_id="rdv-1", starts_at=VISIT)
    pieces = e.DocumentsReminderDue(deadline=DEADLINE)
    waits = state(*awaiting("formulaire"), of=PLANNING)
    last_evening = datetime(2026, 12, 5, 20, tzinfo=NOW.tzinfo)

    assert reminders.is_of_use(appointment, HALL, visit(), VISIT - timedelta(hours=1))
    assert not reminders.is_of_use(appointment, HALL, visit(), VISIT)
    assert not reminders.is_of_use(appointment, HALL, visit(c.Cancel(definition=HALL)), NOW)
    assert waits.status == flow.Status.AWAITING and reminders.is_of_use(pieces, PLANNING, waits, last_evening)
    assert not reminders.is_of_use(pieces, PLANNING, waits, last_evening + timedelta(hours=4))
