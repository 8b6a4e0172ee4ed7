"""« Mentions »: internal notes that ask for an agent's attention, and a note that asks for that of colleagues."""

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent import load
from gateway.pages.agent.file import address, frame
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, see_other, send_command
from gateway.sessions.identity import current_actor
from gateway.shared.tracked import case_of
from services.chassis.errors import Conflict, Invalid
from services.requests.schemas.decisions import AddNote
from services.requests.schemas.team import ListMentions, ReadMentions

page = Pages("agent_mentions", __name__)
EMPTY = "Écrivez la note."
NO_ONE = "Choisissez qui prévenir."


@page.get("/agent/mentions", permission=FILE_READER, limit=READ)
def mentions() -> str:
    return render_template("agent/mentions.html", found=clients().send(ListMentions()))


@page.post("/agent/demandes/<numero>/mentions", permission=FILE_READER, limit=WRITE)
def read(numero: str) -> Answer:
    """« Lire »: the notes count as read, and the file opens at them."""
    send_command(ReadMentions(number=numero))
    return see_other(address(numero, "notes"))


def write_again(numero: str) -> str:
    return _writing(numero)


@page.get("/agent/demandes/<numero>/notes/mention", permission=FILE_READER, limit=READ)
def write_page(numero: str) -> str:
    return _writing(numero)


@page.post("/agent/demandes/<numero>/notes/mention", permission=FILE_READER, limit=WRITE, reopen=write_again)
def write(numero: str) -> Answer:
    """« Ajouter la note »: the colleagues who are ticked read of it in « Mentions »."""
    text, chosen = request.form.get("note", ""), request.form.getlist("prevenir")
    errors = {
        **({} if text.strip() else {"note": EMPTY}),
        **({} if chosen else {"p-0": NO_ONE}),
    }
    if errors:
        return _writing(numero, errors), 422
    try:
        send_command(AddNote(number=numero, text=text, mentions=tuple(chosen)))
    except (Conflict, Invalid) as refusal:
        return _writing(numero, {"p-0": refusal.message}), status_of(refusal)
    return see_other(address(numero, "notes", "note"))


def _writing(numero: str, errors: dict[str, str] | None = None) -> str:
    view, me = case_of(numero), current_actor().id
    agents = load.who_may_follow({view.department}, confidential=view.procedure.confidential)
    return render_template(
        "agent/mention.html",
        colleagues=[one for one in agents if one.id != me],
        loads=load.of_colleagues(),
        typed=request.form.get("note", ""),
        chosen=request.form.getlist("prevenir"),
        errors=errors or {},
        **frame(view),
    )
