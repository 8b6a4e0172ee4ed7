"""What an agent does with a file besides deciding: taking it in charge, handing it on, its appointment, its links."""

from collections.abc import Sequence

from flask import render_template, request

from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent.assignable import NO_ONE, ToAssign, picker
from gateway.pages.agent.file import address, frame, show
from gateway.pages.components.calendar_view import slot_asked
from gateway.pages.tracking import follow
from gateway.pages.tracking.appointments import free_slots, take_slot
from gateway.pages.tracking.follow import changes_of
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, see_other, seen_version, send_command
from gateway.sessions.identity import current_actor
from gateway.shared.tracked import case_of
from services.chassis.errors import Conflict, Invalid
from services.requests.schemas.appointments import CancelAppointment
from services.requests.schemas.decisions import Assign, TakeInCharge
from services.requests.schemas.following import RevokeTrackingLinks
from services.requests.schemas.tracking import CaseView

page = Pages("agent_actions", __name__)
Act = TakeInCharge | Assign | CancelAppointment


@page.post("/agent/demandes/<numero>/prise-en-charge", permission=FILE_READER, limit=WRITE)
def take_in_charge(numero: str) -> Answer:
    """« Prendre en charge »."""
    return _acted(numero, TakeInCharge(number=numero, version=seen_version()), "charge")


@page.get("/agent/demandes/<numero>/affectation", permission=FILE_READER, limit=READ)
def assign_page(numero: str) -> str:
    return _assigning(case_of(numero))


@page.post("/agent/demandes/<numero>/affectation", permission=FILE_READER, limit=WRITE)
def assign(numero: str) -> Answer:
    """Assigns the request to an agent of its department, or to no one."""
    chosen = request.form.get("agent", "")
    view = case_of(numero)
    if not chosen:
        return _assigning(view, problem="Choisissez un agent de la liste."), 422
    whom = None if chosen == NO_ONE else chosen
    try:
        return _acted(numero, Assign(number=numero, assignee=whom, version=seen_version()), "affectation")
    except Invalid as refusal:
        return _assigning(view, problem=refusal.message), status_of(refusal)


@page.get("/agent/demandes/<numero>/rendez-vous", permission=FILE_READER, limit=READ)
def move(numero: str) -> str:
    """The free slots, the present appointment recalled beside them."""
    return _calendar(case_of(numero))


@page.post("/agent/demandes/<numero>/rendez-vous", permission=FILE_READER, limit=WRITE)
def move_to(numero: str) -> Answer:
    """Moves the appointment, or books one; the person gets a mail with the new calendar file."""
    view = case_of(numero)
    start = slot_asked(request.form)
    if not start:
        return _calendar(view, problem="Choisissez un créneau, puis validez."), 422
    try:
        moved = take_slot(view, start)
    except (Conflict, Invalid) as refusal:
        fresh = case_of(numero)
        return _calendar(fresh, problem=refusal.message, changes=changes_of(refusal)), status_of(refusal)
    return see_other(address(numero, "rendez-vous", "deplace" if moved else "ajoute"))


@page.get("/agent/demandes/<numero>/rendez-vous/annulation", permission=FILE_READER, limit=READ)
def cancel_appointment_page(numero: str) -> str:
    """Asks before anything is done."""
    view = case_of(numero)
    return render_template("agent/cancel_appointment.html", booked=follow.booked(view), **frame(view))


@page.post("/agent/demandes/<numero>/rendez-vous/annulation", permission=FILE_READER, limit=WRITE)
def cancel_appointment(numero: str) -> Answer:
    asked = CancelAppointment(number=numero, appointment_id=request.form.get("rendez_vous", ""), version=seen_version())
    return _acted(numero, asked, "rdv-annule", tab="rendez-vous")


@page.get("/agent/demandes/<numero>/liens", permission=FILE_READER, limit=READ)
def revoke_page(numero: str) -> Answer:
    """Asks before the tracking links are revoked."""
    view = case_of(numero)
    if not view.can.revoke_links:
        return see_other(address(numero, "demandeur"))
    return render_template("agent/revoke_links.html", **frame(view))


@page.post("/agent/demandes/<numero>/liens", permission=FILE_READER, limit=WRITE)
def revoke(numero: str) -> Answer:
    send_command(RevokeTrackingLinks(number=numero))
    return see_other(address(numero, "demandeur", "liens"))


def _acted(numero: str, asked: Act, done: str, *, tab: str = "") -> Answer:
    """Does it and says so; or shows the file as it stands now, with why nothing was done."""
    try:
        send_command(asked)
    except Conflict as refusal:
        view = case_of(numero)
        return show(view, tab, problem=refusal.message, changes=changes_of(refusal)), status_of(refusal)
    return see_other(address(numero, tab, done))


def _assigning(view: CaseView, *, problem: str = "") -> str:
    assignee = view.assignee.id if view.assignee else None
    asked = ToAssign(department=view.department, confidential=view.procedure.confidential, assignee=assignee)
    return render_template(
        "agent/assign.html",
        picker=picker([asked], chosen=request.form.get("agent", ""), usual=assignee or NO_ONE),
        me=current_actor().id,
        problem=problem,
        **frame(view),
    )


def _calendar(view: CaseView, *, problem: str = "", changes: Sequence[object] = ()) -> str:
    slots = free_slots(view)
    return render_template("agent/move.html", problem=problem, changes=changes, **slots, **frame(view))
