"""The appointment of a request, booked or moved: what the pages of its applicant and those of agents both do."""

from flask import abort, request

from gateway.conversation import clients
from gateway.dates import instant
from gateway.pages.components.calendar_view import slot_named, week_asked, week_view
from gateway.pages.tracking import follow
from gateway.routes import seen_version, send_command
from gateway.town import town_book
from services.requests.schemas.appointments import AddAppointment, ListSlots, MoveAppointment
from services.requests.schemas.tracking import RequestView


def take_slot(view: RequestView, start: str) -> bool:
    """Moves the appointment that stands to that slot, or books one; whether one stood. Raises Conflict and Invalid."""
    number, present = view.number, follow.booked(view)
    if present:
        appointment = present[0].id
        asked = MoveAppointment(number=number, appointment_id=appointment, start=instant(start), version=seen_version())
        send_command(asked)
    else:
        send_command(AddAppointment(number=number, start=instant(start), version=seen_version()))
    return bool(present)


def free_slots(view: RequestView) -> dict[str, object]:
    """For a page of the calendar: the appointment that stands, the week asked for, its agenda; 404 without an agenda."""
    present = next(iter(follow.booked(view)), None)
    definition = town_book().definition(view.procedure.slug, view.procedure.version)
    agenda = present.agenda if present else definition.appointment.agenda
    if agenda is None:
        abort(404)
    week = week_asked(request.values)
    found = clients().send(ListSlots(agenda=agenda, week=week, number=view.number))
    shown = week_view(found, chosen=slot_named(request.args), day=request.values.get("jour"), first=week is None)
    return {"present": present, "week": shown, "agenda": found.agenda}
