"""An agent's file of a request: its tabs, exchanges, notes and pieces. Each opening is recorded by requests."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from flask import Response, render_template, request

from gateway.conversation import clients
from gateway.dates import local
from gateway.errors import status_of
from gateway.files.uploads import limits
from gateway.http.rate_limits import READ, UPLOAD, WRITE
from gateway.pages.agent import case as agent_case, reply as agent_reply
from gateway.pages.components import files as handed, uploader
from gateway.pages.tracking import follow
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, now, see_other, send_command
from gateway.sessions.identity import current_actor
from gateway.shared import journal
from gateway.shared.piece_names import named
from gateway.shared.tracked import case_of
from services.chassis.errors import Conflict, Forbidden, Invalid, Refusal, Unavailable
from services.documents.schemas.pieces import Document, ListRequestDocuments
from services.messaging.schemas.exchanges import AddExchange, Exchange, ListExchanges, OpenExchange
from services.messaging.schemas.mails import ListMails
from services.procedures.schemas.definitions.forms import FieldType
from services.requests.schemas.decisions import AddNote, PreviewReply
from services.requests.schemas.nearby import ListNearby, Nearby
from services.requests.schemas.tracking import CaseView
from services.townhall.pieces import FREE, LONGEST_LABEL

page = Pages("agent_file", __name__)
POSITION = FieldType.POSITION.value


def address(number: str, tab: str, done: str = "") -> str:
    """One tab of the file, saying what was just done."""
    return f"/agent/demandes/{number}?onglet={tab}" + (f"&fait={done}#fait" if done else "")


@page.get("/agent/demandes/<numero>", permission=FILE_READER, limit=READ)
def file_page(numero: str) -> str:
    return show(case_of(numero), request.args.get("onglet", agent_case.FIRST_TAB))


@page.post("/agent/demandes/<numero>/echanges/<exchange_id>", permission=FILE_READER, limit=WRITE)
def open_exchange(numero: str, exchange_id: str) -> Answer:
    """« Voir la suite » or « Marquer comme lu »: the citizen then sees that the message was read."""
    view = case_of(numero)
    send_command(OpenExchange(grant=view.grant, exchange_id=exchange_id))
    return see_other(f"{address(numero, 'echanges')}#echange-{exchange_id}")


def tab_again(tab: str, field: str, numero: str) -> str:
    """What was typed in a form that waited for a log-in, on its tab; files are chosen again."""
    return show(case_of(numero), tab, typed=request.form.get(field, ""))


message_again, note_again = partial(tab_again, "echanges", "message"), partial(tab_again, "notes", "note")
files_again = partial(tab_again, "pieces", "libelle")


@page.post("/agent/demandes/<numero>/echanges", permission=FILE_READER, limit=WRITE, reopen=message_again)
def add_exchange(numero: str) -> Answer:
    """The town's message: a mail without its text goes to the person. « Insérer » puts a prepared reply in it."""
    view = case_of(numero)
    text = request.form.get("message", "").strip()
    if request.form.get("action") == "inserer":
        return _with_reply(view, text)
    try:
        seen = request.form.get("vu") or None
        send_command(AddExchange(grant=view.grant, text=text, seen=seen))
    except (Conflict, Forbidden, Invalid) as refusal:
        return show(view, "echanges", typed=text, problem=_sentence(refusal)), status_of(refusal)
    return see_other(address(numero, "echanges", "echange"))


def _with_reply(view: CaseView, typed: str) -> tuple[str, int]:
    """The message with the reply that was chosen, as it reads for this request; nothing is sent."""
    chosen = request.form.get("reponse", "")
    if chosen not in {reply.slug for reply in view.replies}:
        return show(view, "echanges", typed=typed, unchosen="Choisissez la réponse type à insérer."), 422
    prepared = clients().send(PreviewReply(number=view.number, reply=chosen)).text
    return show(view, "echanges", typed=agent_reply.with_reply(typed, prepared)), 200


@page.post("/agent/demandes/<numero>/notes", permission=FILE_READER, limit=WRITE, reopen=note_again)
def add_note(numero: str) -> Answer:
    """A note that the citizen never sees."""
    text = request.form.get("note", "").strip()
    try:
        send_command(AddNote(number=numero, text=text))
    except (Conflict, Invalid) as refusal:
        view = case_of(numero)
        return show(view, "notes", typed=text, problem=_sentence(refusal)), status_of(refusal)
    return see_other(address(numero, "notes", "note"))


@page.get("/agent/demandes/<numero>/pieces/<file_id>", permission=FILE_READER, limit=READ)
def piece(numero: str, file_id: str) -> Response:
    """A file as it was handed in; the look is recorded."""
    return handed.show(case_of(numero).grant, file_id)


@page.post(
    "/agent/demandes/<numero>/pieces",
    permission=FILE_READER,
    limit=UPLOAD,
    max_bytes=handed.largest_form,
    reopen=files_again,
)
def add_files(numero: str) -> Answer:
    """A document of the town for the person, such as a signed decision."""
    view = case_of(numero)
    label = request.form.get("libelle", "").strip()[:LONGEST_LABEL]
    uploads = handed.chosen(request.files, "fichier")
    missing = "" if label else "Donnez un nom à cette pièce."
    missing = missing or ("" if uploads else "Choisissez un fichier à ajouter.")
    if missing:
        return show(view, "pieces", typed=label, problem=missing), 422
    refused = handed.hand_in_each(view.grant, FREE, uploads, label=label)
    if refused:
        problem = handed.refusal_sentence(refused, of=len(uploads))
        return show(view, "pieces", typed=label, problem=problem), status_of(refused[0][1])
    return see_other(address(numero, "pieces", "piece"))


def show(
    view: CaseView,
    tab: str,
    *,
    typed: str = "",
    problem: str = "",
    unchosen: str = "",
    changes: Sequence[object] = (),
) -> str:
    """One tab of the file; `changes`: what happened since the agent looked, when a decision was refused as stale."""
    actor = current_actor()
    line = agent_case.tab_line(view, actor.permissions)
    slug = tab if tab in {item.slug for item in line} else agent_case.FIRST_TAB
    parts = _parts(view, slug)
    if isinstance(unread := parts.get("unread"), int):  # exchanges that were just opened count no more
        line = agent_case.tab_line(view, actor.permissions, unread)
    return render_template(
        agent_case.template(slug),
        frame="agent/file/_frame.html",
        town_side=True,
        tab=slug,
        line=line,
        typed=typed,
        problem=problem,
        unchosen=unchosen,
        changes=changes,
        done=request.args.get("fait", ""),
        **frame(view),
        **parts,
    )


def frame(view: CaseView) -> dict[str, object]:
    """What stands around every tab and every action: landmarks, and what may be done."""
    actor = current_actor()
    may_take = agent_case.may_take(view, actor.id) and "change_status" in actor.permissions
    coming = follow.next_appointment(view, now())
    return {
        "view": view,
        "actions": agent_case.actions(view, taking=may_take),
        "coming": coming,
        "aimed_at": agent_case.aimed_at(view, coming, local(now()).date()),
        "channel": agent_case.CHANNELS.get(view.channel, ""),
        "may_take": may_take,
        "may_decide": "change_status" in actor.permissions,
        "may_book": "manage_appointments" in actor.permissions,
    }


def _parts(view: CaseView, tab: str) -> dict[str, object]:
    """What a tab needs from the service that holds it."""
    match tab:
        case "demande" if any(line.type == POSITION for line in view.answers):
            return {"nearby": _nearby(view)}
        case "historique":
            return {"past": follow.past(agent_case.signed(named(view), *_of_the_town(view)))}
        case "echanges":
            thread = clients().send(ListExchanges(grant=view.grant))
            sent = clients().send(ListMails(grant=view.grant))
            return {"exchanges": thread.items, "unread": thread.unread, "mails": agent_case.mails(sent)}
        case "pieces":
            documents = clients().send(ListRequestDocuments(grant=view.grant)).documents
            photographs, wanted = agent_case.images(documents), request.args.get("voir", "")
            return {
                "documents": documents,
                "photographs": photographs,
                "looked": next((place for place, one in enumerate(photographs) if one.id == wanted), None),
                "free": uploader.free_piece(limits()),
                "longest_label": LONGEST_LABEL,
            }
        case "consultations":
            found = journal.of_request(view.number, request.args.get("avant", ""))
            return agent_case.journal_page(found, request.args)
        case _:
            return {}


def _nearby(view: CaseView) -> Nearby | None:
    """The other open requests around the place of this one; None where they cannot be had now: the file is shown all the same."""
    try:
        return clients().send(ListNearby(number=view.number), brief=True)
    except Unavailable:
        return None


def _of_the_town(view: CaseView) -> tuple[Sequence[Exchange], Sequence[Document]]:
    """The messages and the pieces that Historique names; none of a service that does not answer: the department signs then."""
    exchanges: Sequence[Exchange] = ()
    documents: Sequence[Document] = ()
    with suppress(Refusal):
        if any(line.exchange for line in view.history):
            exchanges = clients().send(ListExchanges(grant=view.grant)).items
        if any(line.document for line in view.history):
            documents = clients().send(ListRequestDocuments(grant=view.grant)).documents
    return exchanges, documents


def _sentence(refusal: Refusal) -> str:
    return next(iter(refusal.fields.values()), refusal.message)
