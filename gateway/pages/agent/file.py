"""An agent’s file of a request, on one page; exchanges, notes and pieces. Each opening is recorded by requests."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlencode

from flask import Response, render_template, request

from gateway.brief_calls import ask, held_decisions
from gateway.conversation import clients
from gateway.dates import local
from gateway.errors import status_of
from gateway.files.uploads import limits
from gateway.http.rate_limits import READ, UPLOAD, WRITE
from gateway.pages.agent import (
    asked_pieces,
    case as agent_case,
    decision_form,
    next_request,
    open_file,
    reply as agent_reply,
    viewer,
    writing,
)
from gateway.pages.agent.reply import Wording
from gateway.pages.components import files as handed, uploader
from gateway.pages.tracking import follow
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, now, see_other, send_command
from gateway.sessions.identity import current_actor
from gateway.shared import journal
from gateway.shared.piece_names import named
from gateway.shared.tracked import case_of
from services.chassis.errors import Conflict, Forbidden, Invalid, Refusal
from services.chassis.structs import Struct
from services.documents.schemas.pieces import LONGEST_MARK, Document, ListRequestDocuments
from services.messaging.schemas.exchanges import AddExchange, ListExchanges, OpenExchange
from services.messaging.schemas.mails import ListMails
from services.procedures.schemas.definitions.forms import FieldType
from services.requests.schemas.decisions import AddNote, PreviewReply
from services.requests.schemas.nearby import ListNearby
from services.requests.schemas.person import ListOthersOfPerson
from services.requests.schemas.tracking import CaseView
from services.townhall.file_formats import DRAWN
from services.townhall.pieces import FREE, LONGEST_LABEL

page = Pages("agent_file", __name__)
POSITION = FieldType.POSITION.value
OK, CONFLICT = 200, 409


def address(number: str, section: str = "", done: str = "", place: str = "") -> str:
    """The file, at one of its sections, saying what was just done, there or at `place`; with the list that one came from."""
    said = {"onglet": section if done else "", "fait": done, "liste": next_request.queue()}
    query = {name: value for name, value in said.items() if value}
    place = place or ("fait" if done else section)
    return f"/agent/demandes/{number}" + (f"?{urlencode(query)}" if query else "") + (f"#{place}" if place else "")


@page.get("/agent/demandes/<numero>", permission=FILE_READER, limit=READ)
def file_page(numero: str) -> Answer:
    return opened(numero)


def opened(numero: str) -> Answer:
    """The file; with `vers` in the address, with the form of that decision: 409 with what changed where it is no longer possible."""
    view = case_of(numero)
    if "vers" not in request.args:
        return show(view, request.args.get("onglet", ""))
    wording = decision_form.begun(view)
    possible = decision_form.possible(view, wording.to)
    return show(view, wording=wording, begins=possible), OK if possible else CONFLICT


@page.post("/agent/demandes/<numero>/echanges/<exchange_id>", permission=FILE_READER, limit=WRITE)
def open_exchange(numero: str, exchange_id: str) -> Answer:
    """« Voir la suite » or « Marquer comme lu »: the citizen then sees that the message was read."""
    view = case_of(numero)
    send_command(OpenExchange(grant=view.grant, exchange_id=exchange_id))
    return see_other(address(numero, f"echange-{exchange_id}"))


@page.post("/agent/demandes/<numero>/vue", permission=FILE_READER, limit=READ)
def shown_again(numero: str) -> Answer:
    """Another page of a piece, or another size or turn of it, beside what is being typed."""
    return show(case_of(numero))


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
    return _sent(numero, "echanges", "echange")


def _with_reply(view: CaseView, typed: str) -> tuple[str, int]:
    """The message with the reply that was chosen, as it reads for this request; nothing is sent."""
    chosen = request.form.get("modele-message", "")
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
    return _sent(numero, "notes", "note")


def _sent(numero: str, section: str, done: str) -> Answer:
    """Says so; what is being typed elsewhere in the file stays."""
    if writing.stays(besides=writing.FIELDS[section]):
        return show(case_of(numero), section, done=done)
    return see_other(address(numero, section, done))


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
    tab: str = "",
    *,
    typed: str = "",
    done: str = "",
    problem: str = "",
    unchosen: str = "",
    changes: Sequence[object] = (),
    wording: Wording | None = None,
    begins: bool = False,
    refusal: Refusal | None = None,
    read_again: bool = False,
    taken_back: bool = False,
    unmarked: Mapping[str, str] | None = None,
    unjoined: str = "",
) -> str:
    """The file, with what is being typed in it. `tab`: the section to which the address leads, or whose form came back with what was
    `typed`; `done`: what was sent from there. `changes`: what happened since the agent looked, when an act was refused as stale.
    `wording`: a decision whose form is open, `begins`: for the first time, `refusal`: why it was not taken, `taken_back`: that it had
    been sent. `unmarked`: the piece whose mark was refused, and why. `unjoined`: why the document of the decision is not kept."""
    permissions = current_actor().permissions
    parts = _parts(view, tab)
    line = agent_case.sections(view, permissions, parts.unread)  # exchanges that were just opened count no more
    slugs, around = [one.slug for one in line], frame(view)
    actions = agent_case.actions(view, taking=bool(around["may_take"]), listed=next_request.queue())
    if wording is None and (tab or not done):  # one that was just sent is no longer being worded
        wording = writing.wording()
    unfit = asked_pieces.unfit(parts.documents or ())
    decision: dict[str, object] = {"decision": wording is not None, "taken_back": taken_back}
    if wording is not None:
        wording = asked_pieces.prefilled(view, wording, parts.documents or ()) if begins else wording
        decision |= decision_form.shown(
            view, wording, actions, parts.documents, refusal=refusal, read_again=read_again, unjoined=unjoined
        )
    page_parts: dict[str, object] = {
        "tab": tab if tab in slugs else "",
        "line": line,
        "sections": [slug for slug in slugs if slug in agent_case.TEMPLATES],
        "names": agent_case.TEMPLATES,
        "words": dict.fromkeys(agent_case.SECTIONS, "") | writing.words() | ({tab: typed} if typed or done else {}),
        "problem": problem,
        "unchosen": unchosen,
        "changes": changes,
        "unmarked": unmarked or {},
        "done": done or request.args.get("fait", ""),
        "actions": actions,
        "primary": agent_case.primary(actions, unfit=bool(unfit)),
        "unfit": [one.label for one in unfit],
        "choices": decision_form.choices(view, actions, parts.documents),
        **open_file.shown(view),
        "queue": next_request.queue(),
        "before": next_request.before(),
    }
    return render_template("agent/file/page.html", **{**page_parts, **around, **parts.shown, **decision})


def frame(view: CaseView) -> dict[str, object]:
    """What stands around the file and every act: landmarks, and what may be done."""
    actor = current_actor()
    may_take = agent_case.may_take(view, actor.id) and "change_status" in actor.permissions
    coming = follow.next_appointment(view, now())
    return {
        "view": view,
        "coming": coming,
        "aimed_at": agent_case.aimed_at(view, coming, local(now()).date()),
        "channel": agent_case.CHANNELS.get(view.channel, ""),
        "may_take": may_take,
        "may_decide": "change_status" in actor.permissions,
        "may_book": "manage_appointments" in actor.permissions,
    }


class Parts(Struct):
    """What the sections show, by name; `unread`: the exchanges that are still to open, where messaging has said so."""

    shown: dict[str, object]
    unread: int | None
    documents: Sequence[Document] | None


def _parts(view: CaseView, tab: str) -> Parts:
    """What the sections need from the services that hold it, asked at once: the file is shown without that of one which does not
    answer."""
    services = clients()
    has_point = any(line.type == POSITION for line in view.answers)
    with ThreadPoolExecutor(8) as threads:
        asked_thread = ask(threads, lambda: services.send(ListExchanges(grant=view.grant)))
        asked_mails = ask(threads, lambda: services.send(ListMails(grant=view.grant), brief=True))
        asked_documents = ask(threads, lambda: services.send(ListRequestDocuments(grant=view.grant)))
        asked_nearby = ask(
            threads, lambda: services.send(ListNearby(number=view.number), brief=True) if has_point else None
        )
        asked_others = ask(threads, lambda: services.send(ListOthersOfPerson(number=view.number), brief=True))
        asked_held = ask(threads, lambda: held_decisions(view.number))
        asked_names = ask(threads, lambda: named(view))
        audited = tab == "consultations" and "read_audit_log" in current_actor().permissions
        looks = journal.of_request(view.number, request.args.get("avant", "")) if audited else None
    thread, sent, found = asked_thread.result(), asked_mails.result(), asked_documents.result()
    documents = found.documents if found else None
    signed = agent_case.signed(asked_names.result() or view.history, thread.items if thread else (), documents or ())
    shown: dict[str, object] = {
        "past": follow.past(signed),
        "others": asked_others.result(),
        "held": asked_held.result() or (),
        "exchanges": thread.items if thread else None,
        "mails": agent_case.mails(sent) if sent is not None else None,
        **_pieces(documents),
    }
    if has_point:
        shown["nearby"] = asked_nearby.result()
    if looks:
        shown |= agent_case.journal_page(looks, request.args)
    return Parts(shown=shown, unread=thread.unread if thread else None, documents=documents)


def _pieces(documents: Sequence[Document] | None) -> dict[str, object]:
    return {
        "documents": documents,
        "viewer": viewer.looked(documents or (), request.args),
        "kept": viewer.kept(request.args),
        "drawn": DRAWN,
        "free": uploader.free_piece(limits()),
        "longest_label": LONGEST_LABEL,
        "longest_mark": LONGEST_MARK,
    }


def _sentence(refusal: Refusal) -> str:
    return next(iter(refusal.fields.values()), refusal.message)
