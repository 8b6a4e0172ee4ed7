"""A decision on a request, written in its file: choose where it goes, word it, read it again, send it."""

from flask import request

from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent import decision_form, enclosure, next_request, writing
from gateway.pages.agent.file import address, opened, show
from gateway.pages.agent.reply import Wording
from gateway.pages.components import files as handed
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, see_other, seen_version, send_command
from gateway.shared.tracked import case_of
from services.chassis.errors import Conflict, Invalid

page = Pages("agent_decision", __name__)


@page.get("/agent/demandes/<numero>/decision", permission=FILE_READER, limit=READ)
def decision_page(numero: str) -> Answer:
    """The file with the form of one decision, as its own address with `vers`."""
    return opened(numero)


def wording_again(numero: str) -> str:
    """The decision that waited for a log-in, as it was worded."""
    return show(case_of(numero), wording=Wording.read(request.form))


@page.post(
    "/agent/demandes/<numero>/decision",
    permission=FILE_READER,
    limit=WRITE,
    max_bytes=handed.largest_form,
    reopen=wording_again,
)
def decide(numero: str) -> Answer:
    """« Relire » shows the message as it would leave; « Envoyer » decides, and may lead to the next request. What was typed is kept
    in every case, a file that was chosen too: it waits for this decision."""
    wording = Wording.read(request.form)
    if handed.chosen(request.files, enclosure.FIELD):
        view = case_of(numero)
        unjoined, refused = (
            enclosure.taken(view, wording.to) if decision_form.possible(view, wording.to) else ("", None)
        )
        if refused:
            return show(view, wording=wording, unjoined=unjoined), status_of(refused)
    action = request.form.get("action")
    if action == "relire":
        return show(case_of(numero), wording=wording, read_again=True), 200
    try:
        done = send_command(wording.as_command(numero, seen_version()))
    except (Conflict, Invalid) as refusal:
        return show(case_of(numero), wording=wording, refusal=refusal), status_of(refusal)
    what = "attente" if done.held else "statut" if done.told else "statut-seul"
    if writing.stays(besides=writing.DECISION):
        return show(case_of(numero), done=what)
    if action == "suivante":
        return next_request.after(numero)
    return see_other(address(numero, "", what, what if done.held else ""))
