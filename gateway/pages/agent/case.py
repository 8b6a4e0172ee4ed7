"""What the agents' file shows of a request: sections, actions along the flow, words; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from urllib.parse import urlencode

from gateway.dates import day_in_words, local, short_day, time_in_words
from gateway.pages.agent.work_table import Due, due
from gateway.pages.tracking import follow
from gateway.shared.journal import JournalLook, JournalPage
from services.chassis.structs import Struct
from services.documents.schemas.pieces import Document
from services.messaging.schemas.exchanges import Exchange
from services.messaging.schemas.facts import Direction
from services.messaging.schemas.mails import MailToApplicant, State
from services.requests.schemas.statuses import Status
from services.requests.schemas.tracking import AlsoOpen, Appointment, CaseView, HistoryLine, Offered, PreparedReply

# By the name of a section, in the order of the page: its part of the view of requests, its words. An address names it as `onglet`.
SECTIONS = {
    "demande": follow.TABS["demande"],
    "demandeur": follow.TABS["demandeur"],
    "pieces": follow.TABS["pieces"],
    "rendez-vous": follow.TABS["rendez-vous"],
    "echanges": follow.TABS["echanges"],
    "historique": follow.TABS["historique"],
    "consultations": ("views", "Consultations"),
    "notes": ("notes", "Notes internes"),
}
TEMPLATES = {
    "demande": "request",
    "demandeur": "person",
    "pieces": "documents",
    "rendez-vous": "appointments",
    "echanges": "exchanges",
    "historique": "history",
    "consultations": "views",
}
"""Of the sections that one reads; notes stand beside what one does."""
# What an agent does to come to a status; a status of the town's own is named as it is.
VERBS: Mapping[str, str] = {
    Status.AWAITING: "Demander des pièces",
    Status.SCHEDULED: "Programmer",
    Status.WAITING_LIST: "Mettre sur liste d’attente",
    Status.ACTIVE: "Rendre active",
    Status.ACCEPTED: "Accepter",
    Status.REFUSED: "Refuser",
    Status.DONE: "Terminer",
    Status.REDIRECTED: "Transmettre à une autre administration",
    Status.LAPSED: "Classer sans suite",
    Status.CANCELLED: "Annuler la demande",
}
CHANNELS = {
    "portal": "Sur le portail",
    "counter": "Au guichet",
    "api": "Par un autre site",
    "import": "Reprise de données",
}
LOOKS = {
    "tracking": "Ouverture du dossier",
    "reply_preview": "Aperçu d’une réponse",
    "letter": "Impression d’un courrier, avec le lien de suivi",
    "audit_trail": "Lecture du journal",
    "work_list": "Liste des demandes",
    "search": "Recherche",
    "nearby": "Demandes à proximité d’une autre",
    "person": "Autres demandes de la même personne",
    "day_list": "Rendez-vous d’un jour",
    "presence": "Présence notée au guichet",
    "letters": "Courriers et appels à faire",
    "elimination": "Liste d’élimination",
    "journal": "Journal d’un agent ou d’un jour",
    "file": "Ouverture d’une pièce, effacée depuis",
}
MAIL_STATES: Mapping[str, tuple[str, str]] = {
    State.DUE: ("En cours d’envoi", "hourglass"),
    State.SENT: ("Envoyé", "done"),
    State.FAILED: ("Échec de l’envoi", "error"),
    State.ON_PAPER: ("À remettre ou à poster", "mail"),
    State.HANDED_OVER: ("Remis", "done"),
    State.POSTED: ("Posté", "done"),
    State.TO_CALL: ("Personne à appeler", "phone"),
    State.CALLED: ("Personne appelée", "done"),
}


class Action(Struct):
    """Where an agent may take the request; `plain`: it can be chosen without a prepared reply."""

    offered: Offered
    verb: str
    plain: bool
    address: str
    replies: tuple[PreparedReply, ...]


class Look(Struct):
    """What one person looked at on a day, once or several times in a row."""

    agent_id: str
    agent_name: str
    words: str
    times: tuple[datetime, ...]
    count: int
    numbers: tuple[str, ...]


def sections(view: CaseView, permissions: Iterable[str], unread: int | None = None) -> list[follow.Tab]:
    """What the page has, with links to it; the journal of looks only for those who may read it. `unread`: where it is newer than
    the view."""
    shown = {*view.tabs, "notes", *(("views",) if "read_audit_log" in permissions else ())}
    unread = view.unread.town if unread is None else unread
    badges = {
        "echanges": (unread, "échange à lire" if unread == 1 else "échanges à lire"),
        "notes": (len(view.notes), "note" if len(view.notes) == 1 else "notes"),
    }
    line = follow.tabs("", SECTIONS, shown, badges)
    return [replace(one, address=f"#{one.slug}") for one in line]


def actions(view: CaseView, *, taking: bool = False, listed: str = "") -> list[Action]:
    """Where the flow lets the agent take the request. `taking`: « Prendre en charge » begins the review, in its place. `listed`: the
    list that the agent came from."""
    address, came = f"/agent/demandes/{view.number}", {"liste": listed} if listed else {}
    return [
        Action(
            offered=transition,
            verb=verb(transition.to, transition.label, begins=transition.begins),
            plain=not (taking and transition.begins),
            address=f"{address}?{urlencode({'vers': transition.to, **came})}",
            replies=tuple(reply for reply in view.replies if reply.sets_status == transition.to),
        )
        for transition in view.transitions
    ]


def primary(actions: Iterable[Action], *, unfit: bool = False) -> Action | None:
    """What most follows: of the flow, in its order, the first that neither asks the person for something nor turns the request down;
    where a piece is `unfit`, to ask for pieces."""
    plain = [action for action in actions if action.plain]
    asks = next((one for one in plain if one.offered.to == Status.AWAITING), None)
    if unfit and asks:
        return asks
    usual = (one for one in plain if one.offered.to != Status.AWAITING and not one.offered.needs_reason)
    return next(usual, plain[0] if plain else None)


def verb(status: str, label: str, *, begins: bool = False) -> str:
    """What the agent does who takes the request to that status; `begins`: for the first time."""
    if status == Status.IN_REVIEW:
        return "Commencer l’instruction" if begins else "Reprendre l’instruction"
    return VERBS.get(status, f"Passer au statut « {label} »")


def latest_step(view: CaseView) -> HistoryLine | None:
    """The last line of Historique that says where the request stands: the lines run from the most recent to the oldest."""
    return next((line for line in view.history if line.kind == "operation" and not line.internal), None)


def signed(
    history: Iterable[HistoryLine], exchanges: Iterable[Exchange], documents: Iterable[Document]
) -> list[HistoryLine]:
    """The lines of Historique, from the most recent: what the town wrote or added is signed by who did it, where known."""
    authors = {one.id: one.author for one in exchanges if one.direction == Direction.TO_CITIZEN and one.author}
    authors |= {one.id: one.author for one in documents if one.author}
    lines = list(history)
    for place in reversed(range(len(lines))):
        line = lines[place]
        author = authors.pop(line.exchange or line.document or "", None)  # its first line: written, added
        if author:
            lines[place] = replace(line, who=author)
    return lines


def aimed_at(view: CaseView, coming: Appointment | None, today: date) -> Due | None:
    """The day aimed at, while the request is open."""
    at = coming.starts_at if coming else None
    return due(view.due_on, today, overdue=view.ages.overdue, appointment_at=at) if view.open else None


def may_take(view: CaseView, agent: str) -> bool:
    """Whether « Prendre en charge » has a meaning: the request is open and not this agent's yet."""
    return view.open and (view.assignee is None or view.assignee.id != agent)


def also_open(colleagues: Iterable[AlsoOpen], at: datetime) -> list[str]:
    """Who else has the file open, and since when, in words that stay true while the page is open."""
    today = local(at).date()
    since = (
        (one.name, time_in_words(one.since) if local(one.since).date() == today else f"le {short_day(one.since)}")
        for one in colleagues
    )
    return [f"{name or 'Un autre agent'} a ce dossier ouvert depuis {words}" for name, words in since]


def journal_page(found: JournalPage, arguments: Mapping[str, str]) -> dict[str, object]:
    """A page of the journal: its lines in words, where the older ones begin, whether newer ones were left behind."""
    return {
        "looks": _together(found.views),
        "older": found.next,
        "newer": bool(arguments.get("avant")),
    }


def _together(looks: Iterable[JournalLook]) -> list[Look]:
    """Those of one person at one thing that follow each other on a day are one line with its hours."""
    lines: list[Look] = []
    for (agent, words, _), same in groupby(looks, lambda one: (one.agent_id, _words(one), _minute(one).date())):
        group = list(same)
        numbers = [number for one in group for number in one.numbers or ()]
        look = Look(
            agent_id=agent,
            agent_name=group[0].agent_name,
            words=words,
            times=tuple(dict.fromkeys(_minute(one) for one in group)),
            count=len(group),
            numbers=tuple(sorted({*numbers}) if len(group) > 1 else numbers),
        )
        lines.append(look)
    return lines


def _minute(look: JournalLook) -> datetime:
    return local(look.at).replace(second=0, microsecond=0)


def _words(look: JournalLook) -> str:
    if look.piece is not None:
        return f"Ouverture de la pièce « {look.piece} »"
    words, query = LOOKS.get(look.what, "Consultation"), look.query or {}
    if look.what == "search" and query.get("q"):
        words = f"{words} « {query['q']} »"
    if query.get("day"):
        words = f"{words} : {day_in_words(date.fromisoformat(str(query['day'])))}"
    return words


def mails(sent: Iterable[MailToApplicant]) -> list[tuple[MailToApplicant, str, str]]:
    """What was sent to the person, what became of it in words, and the icon of that."""
    states = [(mail, *MAIL_STATES.get(mail.state, MAIL_STATES[State.DUE])) for mail in sent]
    return [(mail, f"{words} par {mail.by}" if mail.by else words, icon) for mail, words, icon in states]
