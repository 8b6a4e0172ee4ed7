"""What the agents' file shows of a request: tabs, actions along the flow, words; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from gateway.dates import day_in_words, local
from gateway.pages.agent.work_table import due
from gateway.pages.tracking import follow
from gateway.shared.journal import JournalPage
from services.documents.schemas.pieces import Document, File
from services.messaging.schemas.exchanges import Exchange
from services.messaging.schemas.mails import MailToApplicant
from services.requests.schemas import statuses
from services.requests.schemas.tracking import Appointment, CaseView, HistoryLine

Json = Mapping[str, Any]

# By a tab's name in the address: its template, named as the view of requests names the tab, and its words.
TABS = {
    "demande": follow.TABS["demande"],
    **follow.TABS,
    "notes": ("notes", "Notes internes"),
    "consultations": ("views", "Consultations"),
}
READ_ALIKE = frozenset({"request", "applicant", "history"})
"""Tabs that a person reads as well, drawn by the same template."""
FIRST_TAB = "demande"  # what is asked comes before what happened
# What an agent does to come to a status; a status of the town's own is named as it is.
VERBS = {
    statuses.AWAITING: "Demander des pièces",
    statuses.SCHEDULED: "Programmer",
    statuses.WAITING_LIST: "Mettre sur liste d’attente",
    statuses.ACTIVE: "Rendre active",
    statuses.ACCEPTED: "Accepter",
    statuses.REFUSED: "Refuser",
    statuses.DONE: "Terminer",
    statuses.REDIRECTED: "Transmettre à une autre administration",
    statuses.LAPSED: "Classer sans suite",
    statuses.CANCELLED: "Annuler la demande",
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
    "day_list": "Rendez-vous d’un jour",
    "letters": "Courriers et appels à faire",
    "elimination": "Liste d’élimination",
    "journal": "Journal d’un agent ou d’un jour",
    "file": "Ouverture d’une pièce, effacée depuis",
}
MAIL_STATES = {
    "sent": ("Envoyé", "done"),
    "failed": ("Échec de l’envoi", "error"),
    "on_paper": ("À remettre ou à poster", "mail"),
    "handed_over": ("Remis", "done"),
    "posted": ("Posté", "done"),
    "to_call": ("Personne à appeler", "phone"),
    "called": ("Personne appelée", "done"),
}


def template(tab: str) -> str:
    """The template that draws a tab."""
    name = TABS[tab][0]
    return f"{'tracking' if name in READ_ALIKE else 'agent/file'}/{name}.html"


def tab_line(view: CaseView, permissions: Iterable[str], unread: int | None = None) -> list[dict[str, Any]]:
    """The tabs of the file; the journal of looks only for those who may read it. `unread`: where it is newer than the view."""
    shown = {*view.tabs, "notes"} | ({"views"} if "read_audit_log" in permissions else set())
    unread = view.unread.town if unread is None else unread
    badges = {
        "echanges": (unread, "échange à lire" if unread == 1 else "échanges à lire"),
        "notes": (len(view.notes), "note" if len(view.notes) == 1 else "notes"),
    }
    return [
        {
            "slug": slug,
            "label": label,
            "address": f"/agent/demandes/{view.number}?onglet={slug}",
            "badge": badges.get(slug, (0, ""))[0],
            "badge_words": badges.get(slug, (0, ""))[1],
            "quiet": slug == "notes",
        }
        for slug, (template, label) in TABS.items()
        if template in shown
    ]


def actions(view: CaseView, *, taking: bool = False) -> list[dict[str, Any]]:
    """Where the flow lets the agent take the request, each with the canned replies that go there.

    `taking`: « Prendre en charge » stands beside them, and begins the review: that step is then `plain` no more.
    """
    address = f"/agent/demandes/{view.number}/decision"
    return [
        {
            "to": transition.to,
            "verb": verb(transition.to, transition.label, begins=transition.begins),
            "label": transition.label,
            "appeal": transition.appeal,
            "reasoned": transition.needs_reason,
            "plain": not (taking and transition.begins),
            "address": f"{address}?vers={transition.to}",
            "replies": [
                {
                    "slug": reply.slug,
                    "title": reply.title,
                    "address": f"{address}?vers={transition.to}&reponse={reply.slug}",
                }
                for reply in view.replies
                if reply.sets_status == transition.to
            ],
        }
        for transition in view.transitions
    ]


def verb(status: str, label: str, *, begins: bool = False) -> str:
    """What the agent does who takes the request to that status; `begins`: for the first time."""
    if status == statuses.IN_REVIEW:
        return "Commencer l’instruction" if begins else "Reprendre l’instruction"
    return VERBS.get(status, f"Passer au statut « {label} »")


def latest_step(view: CaseView) -> HistoryLine | None:
    """The last line of Historique that says where the request stands: the lines run from the most recent to the oldest."""
    return next((line for line in view.history if line.kind == "operation" and not line.internal), None)


def signed(
    history: Iterable[HistoryLine], exchanges: Iterable[Exchange], documents: Iterable[Document]
) -> list[HistoryLine]:
    """The lines of Historique, from the most recent: what the town wrote or added is signed by who did it, where known."""
    authors = {one.id: one.author for one in exchanges if one.direction == "to_citizen" and one.author}
    authors |= {one.id: one.author for one in documents if one.author}
    lines = list(history)
    for place in reversed(range(len(lines))):
        line = lines[place]
        author = authors.pop(line.exchange or line.document or "", None)  # its first line: written, added
        if author:
            lines[place] = replace(line, who=author)
    return lines


def landmarks(view: CaseView, coming: Appointment | None, today: date) -> dict[str, Any]:
    """What presses: the day aimed at while the request is open, with the appointment to come."""
    at = coming.starts_at if coming else None
    return {
        "due": due(view.due_on, today, overdue=view.ages.overdue, appointment_at=at) if view.open else None,
        "channel": CHANNELS.get(view.channel, ""),
    }


def may_take(view: CaseView, agent: str) -> bool:
    """Whether « Prendre en charge » has a meaning: the request is open and not this agent's yet."""
    return view.open and (view.assignee is None or view.assignee.id != agent)


def images(documents: Iterable[Document]) -> list[File]:
    """The photographs of a request, in order."""
    return [file for document in documents for file in document.files if (file.type or "").startswith("image/")]


def looked_at(documents: Iterable[Document], wanted: str) -> dict[str, Any] | None:
    """The photograph to show on the page, with its neighbours; None when there is no such one."""
    found = images(documents)
    for index, file in enumerate(found):
        if file.id == wanted:
            before = found[index - 1] if index else None
            after = found[index + 1] if index + 1 < len(found) else None
            return {"file": file, "previous": before, "next": after, "rank": index + 1, "count": len(found)}
    return None


def journal_page(found: JournalPage, arguments: Mapping[str, str]) -> dict[str, Any]:
    """A page of the journal: its lines in words, where the older ones begin, whether newer ones were left behind."""
    return {
        "looks": _together(found["views"]),
        "older": found["next"],
        "newer": bool(arguments.get("avant")),
    }


def _together(looks: Iterable[Json]) -> list[dict[str, Any]]:
    """The looks in words; those of one person at one thing that follow each other on a day are one line with its hours."""
    lines: list[dict[str, Any]] = []
    for look in looks:
        at = local(look["at"]).replace(second=0, microsecond=0)
        line = {"numbers": [], **look, "words": _look(look), "day": at.date(), "times": [at], "count": 1}
        last = lines[-1] if lines else {}
        if all(last.get(name) == line[name] for name in ("agent_id", "words", "day")):
            last["count"] += 1
            last["times"] += [at] if at != last["times"][-1] else []
            last["numbers"] = sorted({*last["numbers"], *line["numbers"]})
        else:
            lines.append(line)
    return lines


def _look(look: Json) -> str:
    if look["piece"] is not None:
        return f"Ouverture de la pièce « {look['piece']} »"
    words = LOOKS.get(look["what"], "Consultation")
    query = look["query"] or {}
    if look["what"] == "search" and query.get("q"):
        words = f"{words} « {query['q']} »"
    if query.get("day"):
        words = f"{words} : {day_in_words(date.fromisoformat(query['day']))}"
    return words


def mails(sent: Iterable[MailToApplicant]) -> list[dict[str, Any]]:
    """What was sent to the person, and what became of it."""
    lines = []
    for mail in sent:
        words, icon = MAIL_STATES.get(mail.state, ("En cours d’envoi", "hourglass"))
        by = f" par {mail.by}" if mail.by else ""
        line = {"label": mail.label, "at": mail.at, "state": f"{words}{by}", "icon": icon}
        lines.append(line | {"letter": mail.letter_id})
    return lines
