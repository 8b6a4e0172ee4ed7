"""What a citizen does with a request: pieces, appointments, attaching it to a space, withdrawing it or its links."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, render_template, request

from gateway.clients import A
from gateway.conversation import clients
from gateway.errors import status_of
from gateway.files import downloads
from gateway.http.rate_limits import READ, UPLOAD, WRITE
from gateway.pages.components.calendar_view import NO_SLOT, slot_asked
from gateway.pages.components.copies import copied
from gateway.pages.components.files import chosen, each, hand_in, largest_form, refusal_sentence, show
from gateway.pages.tracking import follow
from gateway.pages.tracking.appointments import free_slots, take_slot
from gateway.pages.tracking.request import show as show_tab
from gateway.permissions import CITIZEN, FOLLOWER
from gateway.routes import Answer, Pages, see_other, seen_version, send_command
from gateway.shared.tracked import tracked
from services.chassis.contracts import Command
from services.chassis.errors import Conflict, Invalid
from services.requests.schemas.appointments import CancelAppointment, ReadCalendarFile
from services.requests.schemas.following import AttachRequest, CancelRequest, RequestAttestation, RevokeTrackingLinks
from services.requests.schemas.tracking import RequestView
from services.townhall.pieces import FREE, LONGEST_LABEL
from services.townhall.typography import NBSP

page = Pages("tracking_actions", __name__)
NOT_ONLINE = "Cette demande ne permet pas de choisir un rendez-vous en ligne."
TOO_LATE_TO_CANCEL = f"Cette demande ne peut plus être annulée{NBSP}: son statut, ci-dessus, dit où elle en est."


@page.get("/demande/<numero>/pieces/<file_id>", permission=FOLLOWER, limit=READ)
def file(numero: str, file_id: str) -> Response:
    """A file as it was handed in."""
    return show(tracked(numero).grant, file_id)


def files_again(numero: str) -> str:
    """The piece's name that waited for a log-in; its files are chosen again."""
    return show_tab(tracked(numero), "pieces", typed=request.form.get("libelle", ""))


@page.post("/demande/<numero>/pieces", permission=FOLLOWER, limit=UPLOAD, max_bytes=largest_form, reopen=files_again)
def add_files(numero: str) -> Answer:
    """« Ajouter »: the files of one piece."""
    view = tracked(numero)
    piece = request.form.get("piece", FREE)
    label = (request.form.get("libelle", "").strip()[:LONGEST_LABEL] or None) if piece == FREE else None
    uploads = chosen(request.files, "fichier")
    if not uploads:
        return show_tab(view, "pieces", problem="Choisissez un fichier à ajouter.", typed=label or ""), 422
    added: set[str] = set()
    refused = each(uploads, lambda upload: added.add(str(hand_in(view.grant, piece, upload, label=label).document_id)))
    without_copy = "dupliquer" in request.form and bool(added) and not copied(view.grant, sorted(added))
    if refused:
        problem = refusal_sentence(refused, of=len(uploads))
        return show_tab(view, "pieces", problem=problem, typed=label or ""), status_of(refused[0][1])
    done = "piece-sans-copie" if without_copy else "piece"
    return see_other(f"/demande/{numero}?onglet=pieces&fait={done}#fait")


@page.post("/demande/<numero>/attestation", permission=FOLLOWER, limit=WRITE)
def request_attestation(numero: str) -> Answer:
    """« Demander l’attestation » of an acceptance born of silence."""
    return _acted(numero, RequestAttestation(number=numero), "fait=attestation")


@page.get("/demande/<numero>/rendez-vous", permission=FOLLOWER, limit=READ)
def move(numero: str) -> str:
    """« Liste des rendez-vous disponibles », the present one recalled beside it; or why none can be chosen, and whom to call."""
    return _calendar(tracked(numero))


@page.post("/demande/<numero>/rendez-vous", permission=FOLLOWER, limit=WRITE)
def move_to(numero: str) -> Answer:
    """« Modifier »: moves the appointment, or books one where there is none."""
    view = tracked(numero)
    start = slot_asked(request.form)
    if not start:
        return _calendar(view, problem=NO_SLOT), 422
    try:
        moved = take_slot(view, start)
    except (Conflict, Invalid) as refusal:
        fresh = tracked(numero)
        return _calendar(fresh, problem=refusal.message, changes=follow.changes_of(refusal)), status_of(refusal)
    return see_other(f"/demande/{numero}?onglet=rendez-vous&fait={'modifie' if moved else 'ajoute'}#fait")


@page.get("/demande/<numero>/rendez-vous/annuler", permission=FOLLOWER, limit=READ)
def cancel_appointment_page(numero: str) -> str:
    view = tracked(numero)
    return render_template("tracking/cancel_appointment.html", view=view, booked=follow.booked(view))


@page.post("/demande/<numero>/rendez-vous/annuler", permission=FOLLOWER, limit=WRITE)
def cancel_appointment(numero: str) -> Answer:
    asked = CancelAppointment(number=numero, appointment_id=request.form.get("rendez_vous", ""), version=seen_version())
    return _acted(numero, asked, "onglet=rendez-vous&fait=rdv-annule", tab="rendez-vous")


@page.get("/demande/<numero>/rendez-vous.ics", permission=FOLLOWER, limit=READ)
def calendar_file(numero: str) -> Response:
    """The appointment for a calendar."""
    return downloads.calendar(clients().send(ReadCalendarFile(number=numero)).ics)


@page.get("/demande/<numero>/annuler", permission=FOLLOWER, limit=READ)
def cancel_page(numero: str) -> str | tuple[str, int]:
    """Asks before anything is done; refusing changes nothing."""
    view = tracked(numero)
    if not view.can.cancel:
        return show_tab(view, "historique", problem=TOO_LATE_TO_CANCEL), HTTPStatus.CONFLICT
    return render_template("tracking/cancel.html", view=view, booked=follow.booked(view))


@page.post("/demande/<numero>/annuler", permission=FOLLOWER, limit=WRITE)
def cancel(numero: str) -> Answer:
    """« Annuler ma demande »: archived at once."""
    return _acted(numero, CancelRequest(number=numero, version=seen_version()), "fait=annulee")


@page.get("/demande/<numero>/liens", permission=FOLLOWER, limit=READ)
def revoke_page(numero: str) -> Answer:
    """Asks before the tracking links are revoked."""
    view = tracked(numero)
    if not view.can.revoke_links:
        return see_other(f"/demande/{numero}")
    return render_template("tracking/revoke_links.html", view=view)


@page.post("/demande/<numero>/liens", permission=FOLLOWER, limit=WRITE)
def revoke(numero: str) -> Answer:
    """The link that led here is revoked as well: the next page is the one that sends a new link."""
    send_command(RevokeTrackingLinks(number=numero))
    return see_other("/suivi?revoques=1")


@page.get("/demande/<numero>/rattacher", permission=CITIZEN, limit=READ)
def attach_page(numero: str) -> str:
    return render_template("tracking/attach.html", view=tracked(numero))


@page.post("/demande/<numero>/rattacher", permission=CITIZEN, limit=WRITE)
def attach(numero: str) -> Answer:
    """« Rattacher cette demande à mon espace personnel »."""
    send_command(AttachRequest(number=numero))
    return see_other(f"/demande/{numero}?fait=rattachee#fait")


def _acted(numero: str, asked: Command[A], done: str, *, tab: str = "historique") -> Answer:
    """Does it and says so; or shows the request as it stands now, with why nothing was done."""
    try:
        send_command(asked)
    except Conflict as refusal:
        view = tracked(numero)
        return show_tab(view, tab, problem=refusal.message, changes=follow.changes_of(refusal)), status_of(refusal)
    return see_other(f"/demande/{numero}?{done}#fait")


def _calendar(view: RequestView, *, problem: str = "", changes: Sequence[object] = ()) -> str:
    present = next(iter(follow.booked(view)), None)
    if not (present.can_move if present else view.can.add_appointment):
        reason = (present and present.limit_message) or problem or NOT_ONLINE
        return render_template("tracking/move_refused.html", view=view, present=present, reason=reason)
    return render_template("tracking/move.html", view=view, problem=problem, changes=changes, **free_slots(view))
