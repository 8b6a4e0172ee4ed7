"""« Demandes choisies »: one act on several requests of the list, asked for first, then done one by one and reported line by line."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from flask import render_template, request

from gateway.brief_calls import ServiceFailed
from gateway.conversation import clients, seconds_left
from gateway.dates import local
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent import work_filters, work_table
from gateway.pages.agent.assignable import NO_ONE, Picker, ToAssign, picker
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, command_id, now
from gateway.sessions.identity import current_actor
from services.chassis.errors import Refusal, Unavailable
from services.chassis.structs import Struct
from services.requests.schemas.decisions import Assign, ChangeStatus, TakeInCharge
from services.requests.schemas.selection import MOST_CHOSEN, ChosenLine, ReadSelection, Selection
from services.townhall.placeholders import PLACEHOLDER

page = Pages("agent_selection", __name__)
TAKE, ASSIGN, REPLY = "charge", "affecter", "repondre"
HEADINGS = {
    TAKE: "Prendre en charge les demandes choisies",
    ASSIGN: "Affecter les demandes choisies",
    REPLY: "Répondre aux demandes choisies",
}
FILLED = {
    "applicant_name": "nom de la personne",
    "procedure_title": "nom de la démarche",
    "request_number": "numéro de la demande",
    "received_at": "date de réception",
    "tracking_url": "lien de suivi",
    "implicit_decision_date": "date d’effet du silence",
    "means_of_appeal": "voies de recours",
    "appointment_at": "date du rendez-vous",
    "department_name": "nom du service",
    "department_address": "adresse du service",
    "department_email": "courriel du service",
    "department_phone": "téléphone du service",
    "appeal_months": "délai de recours, en mois",
    "administrative_court": "tribunal administratif",
    "online_appeal": "adresse du recours en ligne",
}
"""What stands in a prepared reply where each person's own is put in."""
CHOSEN = "d"
"""In an address and in a form: the number of a request that was ticked; in the form with the version that was shown."""
NOT_YET = "Le temps a manqué : elle reste à faire."
FAILED = "Le service n’a pas répondu : elle est peut-être faite. Recommencez, rien ne sera fait deux fois."
CHANGED = "Elle a changé depuis que la page l’a montrée : rien n’est fait. Ouvrez-la pour lire ce qui est nouveau."
STALE = "stale"
"""The code of a refusal because of it."""
NONE_CHOSEN = "Cochez au moins une demande."
NOT_SAID = {ASSIGN: ("#a-0", "Dites à qui affecter ces demandes."), REPLY: ("#r-0", "Choisissez la réponse à envoyer.")}
"""What is missing, and the first of what may be chosen, by the act."""


class Outcome(Struct):
    """What became of one request: in words; `again`: it is worth trying again as it is."""

    number: str
    words: str
    done: bool
    again: bool = False


class Act(Struct):
    """What is to be done with each request, by a command of that id, and what is said of one with which it is done."""

    send: Callable[[str, int, uuid.UUID], object]
    chosen: str
    words: str


@page.get("/agent/demandes/selection", permission=FILE_READER, limit=READ)
def selection() -> str:
    """Which requests are chosen, what will be done with them, and how: nothing is done yet."""
    return _asked(request.args.get("acte", ""), chosen_numbers())


def selection_again() -> str:
    """The same requests and the same act, of a form that waited for a log-in."""
    return _asked(request.form.get("acte", ""), [*filter(None, request.form.getlist("aussi"))])


@page.post("/agent/demandes/selection", permission=FILE_READER, limit=WRITE, reopen=selection_again)
def act_on_selection() -> Answer:
    """Each request by a command of its own: one that is refused undoes no other, and sent again, the form does nothing twice."""
    kind, chosen = request.form.get("acte", ""), _versions(request.form.getlist(CHOSEN))
    act = _act(kind, request.form.get("choix", ""))
    if not chosen or act is None:
        at, problem = NOT_SAID.get(kind, NOT_SAID[REPLY]) if chosen else ("#choisies", NONE_CHOSEN)
        shown = [*(chosen or filter(None, request.form.getlist("aussi")))]
        return _asked(kind, shown, problem=problem, at=at), 422
    form = command_id()
    outcomes = _done(act, form, f"{kind} {act.chosen}", chosen)
    return render_template(
        "agent/selection_done.html",
        outcomes=outcomes,
        done=sum(one.done for one in outcomes),
        again=[f"{one.number}:{chosen[one.number]}" for one in outcomes if one.again],
        act=kind,
        choice=act.chosen,
        form=form,
        heading=HEADINGS[kind],
        list_address=list_address(),
        listed=request.form.get("liste", ""),
    )


def _asked(kind: str, chosen: Sequence[str], *, problem: str = "", at: str = "") -> str:
    numbers = tuple(dict.fromkeys(chosen))[:MOST_CHOSEN]
    found = clients().send(ReadSelection(numbers=numbers)) if numbers else Selection(items=(), replies=())
    actor, today = current_actor(), local(now()).date()
    return render_template(
        "agent/selection.html",
        act=kind if kind in HEADINGS else TAKE,
        heading=HEADINGS.get(kind, HEADINGS[TAKE]),
        rows=work_table.rows(found.items, today, actor.id),
        replies=[(f"{one.to}/{one.slug}", one, in_general(one.text)) for one in found.replies],
        picker=_picker(found.items) if kind == ASSIGN else None,
        me=actor.id,
        chosen=request.form.get("choix", ""),
        lost=len(numbers) - len(found.items),
        more=len(set(chosen)) - len(numbers),
        problem=problem or ("" if found.items else NONE_CHOSEN),
        problem_at=at,
        may="change_status" in actor.permissions,
        list_address=list_address(),
        listed=request.values.get("liste", ""),
    )


def in_general(text: str) -> str:
    """A prepared reply as it is for anyone: « Bonjour [nom de la personne], »."""
    return PLACEHOLDER.sub(lambda blank: f"[{FILLED.get(blank[1].strip(), blank[1].strip())}]", text)


def _picker(items: Sequence[ChosenLine]) -> Picker:
    asked = [
        ToAssign(
            department=one.department,
            confidential=one.confidential,
            assignee=one.assignee.id if one.assignee else None,
        )
        for one in items
    ]
    return picker(asked, chosen=request.form.get("choix", ""))


def _act(kind: str, chosen: str) -> Act | None:
    """None where something is still to be chosen, or what was chosen is no act."""
    if kind == TAKE:
        return Act(send=_take, chosen="", words="Elle est à vous.")
    if kind == ASSIGN and chosen:
        words = "Elle n’est plus suivie par personne." if chosen == NO_ONE else "Elle est affectée."
        return Act(
            send=lambda number, version, own_id: _assign(number, version, own_id, chosen), chosen=chosen, words=words
        )
    if kind == REPLY and chosen.strip("/").count("/") == 1:
        words = "La réponse est envoyée."
        return Act(
            send=lambda number, version, own_id: _reply(number, version, own_id, chosen), chosen=chosen, words=words
        )
    return None


def _take(number: str, version: int, own_id: uuid.UUID) -> object:
    return clients().send(TakeInCharge(number=number, version=version), command_id=own_id)


def _assign(number: str, version: int, own_id: uuid.UUID, chosen: str) -> object:
    asked = Assign(number=number, version=version, assignee=None if chosen == NO_ONE else chosen)
    return clients().send(asked, command_id=own_id)


def _reply(number: str, version: int, own_id: uuid.UUID, chosen: str) -> object:
    to, _, slug = chosen.partition("/")
    asked = ChangeStatus(number=number, version=version, to=to, reply=slug, together=True)
    return clients().send(asked, command_id=own_id)


def _done(act: Act, form: uuid.UUID, said: str, chosen: Mapping[str, int]) -> list[Outcome]:
    """The outcome of each, in the order of the page, within the time of one HTTP request."""
    outcomes: list[Outcome] = []
    for number, version in chosen.items():
        if seconds_left() <= 0:
            outcomes.append(Outcome(number=number, words=NOT_YET, done=False, again=True))
            continue
        # the same form, the same act on the same request as it was shown: the same command
        own_id = uuid.uuid5(form, f"{said} {number} {version}")
        outcomes.append(_one(act, number, version, own_id))
    return outcomes


def _one(act: Act, number: str, version: int, own_id: uuid.UUID) -> Outcome:
    try:
        act.send(number, version, own_id)
    except (Unavailable, ServiceFailed):
        return Outcome(number=number, words=FAILED, done=False, again=True)
    except Refusal as refusal:
        return Outcome(number=number, words=CHANGED if refusal.code == STALE else refusal.message, done=False)
    return Outcome(number=number, words=act.words, done=True)


def _versions(chosen: Sequence[str]) -> dict[str, int]:
    """Each number that was ticked, with the version that was shown; 1, which is mostly out of date, where it is no number."""
    found: dict[str, int] = {}
    for one in filter(str.strip, chosen[:MOST_CHOSEN]):
        number, _, version = one.partition(":")
        found[number] = max(int(version), 1) if version.isdecimal() and len(version) < 10 else 1
    return found


def chosen_numbers() -> list[str]:
    """Those that were ticked in the list, each once."""
    return [one for one in dict.fromkeys(request.args.getlist(CHOSEN)) if one.strip()]


def list_address() -> str:
    """The list from which they were chosen: its own parameters, and no other address."""
    query = urlencode(parse_qsl(work_filters.whole(request.values.get("liste", ""))))
    return f"/agent/demandes?{query}" if query else "/agent/demandes"
