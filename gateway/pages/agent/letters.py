"""« Courriers »: letters to print, to hand over or post to persons without e-mail or who prefer the post, and calls to make."""

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.components.pagination import page_number
from gateway.permissions import FILE_READER, STAFF
from gateway.routes import Answer, Pages, command_id, now, see_other, send_command
from gateway.sessions.identity import current_actor
from gateway.shared import letters
from services.chassis.errors import Conflict, Invalid
from services.messaging.schemas.letters import DeliverLetter
from services.requests.schemas.letters import ReadLetterGrant

page = Pages("agent_letters", __name__)

PRINT = "imprimer"
CALLED = "appele"
WAYS = {"remis": "handed_over", "poste": "posted", CALLED: "called"}


class NoWay(Invalid):
    code = "way_required"
    message = "Dites si le courrier est remis ou posté."


@page.get("/agent/courriers", permission=FILE_READER, limit=READ)
def letter_list() -> str:
    """The letters and calls to make of the agent's departments."""
    found = letters.waiting(page_number())
    return render_template(
        "agent/letters.html",
        found=found,
        number=page_number(),
        pages=-(-found.total // found.per_page),
        may_decide="change_status" in current_actor().permissions,
        done=request.args.get("fait", ""),
    )


@page.get("/agent/demandes/<numero>/courriers/<letter_id>", permission=STAFF, limit=READ)
def letter_page(numero: str, letter_id: str) -> str:
    """One letter as it was printed, or as it would be: opening it marks nothing."""
    return _shown(numero, letters.read(numero, _id(letter_id)))


@page.post("/agent/demandes/<numero>/courriers/<letter_id>", permission=STAFF, limit=WRITE)
def deliver(numero: str, letter_id: str) -> Answer:
    """« Imprimer », « Remis », « Posté » or « Appelé »; the second of two agents sees what was done."""
    if request.form.get("action") == PRINT:
        return _printed(numero, letter_id)
    way = WAYS.get(request.form.get("action", ""))
    grant = clients().send(ReadLetterGrant(number=numero)).grant
    try:
        if way is None:
            raise NoWay
        send_command(DeliverLetter(grant=grant, letter_id=letter_id, way=way))
    except (Conflict, NoWay) as refusal:
        if way == WAYS[CALLED]:
            return see_other("/agent/courriers?fait=deja#fait")
        return _shown(numero, letters.read(numero, _id(letter_id)), problem=refusal.message), status_of(refusal)
    if "read_requests" not in current_actor().permissions:
        return see_other(f"/agent/demandes/{numero}/courriers/{letter_id}")
    return see_other(f"/agent/courriers?fait={request.form['action']}#fait")


def _printed(numero: str, letter_id: str) -> Answer:
    """Keeps the letter as it is now, and shows that text to be printed."""
    try:
        letters.print_out(numero, letter_id, request.form.getlist("piece"), command_id())
    except Conflict as refusal:
        return _shown(numero, letters.read(numero, letter_id), problem=refusal.message), status_of(refusal)
    return see_other(f"/agent/demandes/{numero}/courriers/{letter_id}?imprime=1")


def _shown(number: str, letter: letters.LetterWithDocuments, *, problem: str = "") -> str:
    return render_template(
        "agent/letter.html",
        number=number,
        letter=letter,
        at=now(),
        problem=problem,
        just_printed="imprime" in request.args,
    )


def _id(letter_id: str) -> str | None:
    return None if letter_id == letters.RECEIPT else letter_id
