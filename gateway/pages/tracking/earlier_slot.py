"""Being mailed when a slot before one's appointment frees: asked for, ended, and the page to which the mail leads."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from flask import render_template, request

from gateway.conversation import clients
from gateway.dates import day_or_none, instant, local
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.components.reader import logging_in_helps
from gateway.pages.tracking import follow
from gateway.pages.tracking.actions import NOT_ONLINE
from gateway.pages.tracking.request import show as show_tab
from gateway.permissions import FOLLOWER
from gateway.routes import Answer, Pages, now, see_other, seen_version, send_command
from gateway.shared.tracked import tracked
from services.chassis.errors import Conflict, Invalid, NotFound
from services.chassis.structs import Struct
from services.requests.schemas.appointments import ListSlots, MoveAppointment, WantEarlierSlot
from services.requests.schemas.refusals import SlotGone
from services.requests.schemas.tracking import Appointment, FreedSlot, RequestView

page = Pages("earlier_slot", __name__)
NO_DAY = "Indiquez un jour, par exemple 01/12/2026, ou n’en indiquez aucun."
TAB = "rendez-vous"


class Offer(Struct):
    """The appointment that stands, and a slot before it that was in a mail."""

    present: Appointment
    slot: FreedSlot


@page.post("/demande/<numero>/rendez-vous/alerte", permission=FOLLOWER, limit=WRITE)
def want(numero: str) -> Answer:
    """« Me prévenir », from a day on where one is typed; « Ne plus me prévenir »."""
    typed, wanted = request.form.get("depuis", "").strip()[:40], request.form.get("alerte") != "non"
    day = day_or_none(typed) if wanted else None
    if wanted and typed and day is None:
        return show_tab(tracked(numero), TAB, typed=typed, problem=NO_DAY), HTTPStatus.UNPROCESSABLE_ENTITY
    appointment = request.form.get("rendez_vous", "")
    try:
        send_command(WantEarlierSlot(number=numero, appointment_id=appointment, wanted=wanted, not_before=day))
    except (Conflict, Invalid, NotFound) as refusal:
        problem = refusal.fields.get("not_before") or refusal.message
        kept = typed if isinstance(refusal, Invalid) else ""
        return show_tab(tracked(numero), TAB, typed=kept, problem=problem), status_of(refusal)
    return see_other(f"/demande/{numero}?onglet={TAB}&fait={'alerte' if wanted else 'alerte-arretee'}#fait")


@page.get("/demande/<numero>/rendez-vous/creneau/<uuid:slot_id>", permission=FOLLOWER, limit=READ)
def offered(numero: str, slot_id: UUID) -> str:
    """Asks before the appointment is moved to that slot; or why it cannot be."""
    with logging_in_helps():
        view = tracked(numero)
    return _asked(view, slot_id)


@page.post("/demande/<numero>/rendez-vous/creneau/<uuid:slot_id>", permission=FOLLOWER, limit=WRITE)
def take(numero: str, slot_id: UUID) -> Answer:
    """« Prendre ce créneau »: the first one who confirms has it. The form has both, so that sent twice it is one command."""
    appointment, start = request.form.get("rendez_vous", ""), request.form.get("creneau", "")
    try:
        send_command(
            MoveAppointment(number=numero, appointment_id=appointment, start=instant(start), version=seen_version())
        )
    except SlotGone as refusal:
        return _asked(tracked(numero), slot_id, gone=True), status_of(refusal)
    except (Conflict, Invalid, NotFound) as refusal:
        changes = follow.changes_of(refusal)
        return _asked(tracked(numero), slot_id, problem=refusal.message, changes=changes), status_of(refusal)
    return see_other(f"/demande/{numero}?onglet={TAB}&fait=modifie#fait")


def _offer(view: RequestView, slot_id: UUID) -> Offer | None:
    """None of an id that is not of this request, and once the appointment of the mail was moved or cancelled."""
    for one in follow.booked(view):
        freed = one.earlier_slot.freed if one.earlier_slot else ()
        if slot := next((slot for slot in freed if slot.id == str(slot_id)), None):
            return Offer(present=one, slot=slot)
    return None


def _asked(
    view: RequestView, slot_id: UUID, *, gone: bool = False, problem: str = "", changes: Sequence[object] = ()
) -> str:
    offer = _offer(view, slot_id)
    present = offer.present if offer else next(iter(follow.booked(view)), None)
    return render_template(
        "tracking/earlier_slot.html",
        view=view,
        present=present,
        slot=offer and offer.slot,
        free=offer is not None and offer.present.can_move and not gone and _is_free(view, offer),
        not_online=(present and present.limit_message) or NOT_ONLINE,
        problem=problem,
        changes=changes,
    )


def _is_free(view: RequestView, offer: Offer) -> bool:
    """As the calendar shows it at this moment; whether it still is when it is confirmed, the command says."""
    start = offer.slot.starts_at
    if start <= now():
        return False
    day = local(start).date().isoformat()
    week = clients().send(ListSlots(agenda=offer.present.agenda, week=day, number=view.number))
    return any(slot.free and local(slot.start) == local(start) for one in week.days for slot in one.slots)
