"""What the agents' file shows of a request: tabs, actions along the flow, words; pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gateway.pages.agent_list import due

Json = Mapping[str, Any]

# The tab's name in the address, the one in the view that requests gives (None: the town's own), its words.
TABS = (
    ("historique", "history", "Historique"),
    ("demandeur", "applicant", "Le demandeur"),
    ("demande", "request", "La demande"),
    ("echanges", "exchanges", "Échanges"),
    ("pieces", "documents", "Pièces jointes"),
    ("rendez-vous", "appointments", "Rendez-vous"),
    ("notes", None, "Notes internes"),
    ("consultations", None, "Consultations"),
)
TEMPLATES = {
    "historique": "history",
    "demandeur": "applicant",
    "demande": "request",
    "echanges": "exchanges",
    "pieces": "documents",
    "rendez-vous": "appointments",
    "notes": "notes",
    "consultations": "views",
}
IN_REVIEW = "in_review"
# What an agent does to come to a status; a status of the town's own is named as it is.
VERBS = {
    "awaiting_documents": "Demander des pièces",
    "scheduled": "Programmer",
    "waiting_list": "Mettre sur liste d’attente",
    "active": "Rendre active",
    "accepted": "Accepter",
    "rejected": "Refuser",
    "done": "Terminer",
    "redirected": "Transmettre au service compétent",
    "lapsed": "Classer sans suite",
    "cancelled": "Annuler la demande",
}
CHANNELS = {
    "portal": "Sur le portail",
    "counter": "Au guichet",
    "api": "Par un autre site",
    "import": "Reprise de données",
}
LOOKS = {
    "tracking": "Ouverture du dossier",
    "audit_trail": "Lecture du journal",
    "file": "Ouverture d’une pièce, effacée depuis",
}
MAILS = {
    "acknowledgement": "Accusé de réception",
    "status_changed": "Changement de statut",
    "exchange_to_citizen": "Message de la mairie à lire",
    "appointment_booked": "Rendez-vous pris",
    "appointment_rescheduled": "Rendez-vous modifié",
    "appointment_cancelled": "Rendez-vous annulé",
    "request_cancelled": "Demande annulée",
    "request_attached": "Demande rattachée à un espace",
    "request_detached": "Demande détachée d’un espace fermé",
    "tracking_link": "Lien de suivi",
    "file_rejected": "Fichier refusé",
}
MAIL_STATES = {"sent": ("Envoyé", "done"), "failed": ("Échec de l’envoi", "error")}


def tab_line(view: Json, permissions: Iterable[str]) -> list[dict[str, Any]]:
    """The tabs of the file; the journal of looks only for those who may read it."""
    shown = {"notes"} | ({"consultations"} if "read_audit_log" in permissions else set())
    unread = view["unread"]["town"]
    badges = {
        "echanges": (unread, "échange à lire" if unread == 1 else "échanges à lire"),
        "notes": (len(view["notes"]), "note" if len(view["notes"]) == 1 else "notes"),
    }
    return [
        {
            "slug": slug,
            "label": label,
            "address": f"/agent/demandes/{view['number']}?onglet={slug}",
            "badge": badges.get(slug, (0, ""))[0],
            "badge_words": badges.get(slug, (0, ""))[1],
        }
        for slug, name, label in TABS
        if (slug in shown if name is None else name in view["tabs"])
    ]


def actions(view: Json, *, taking: bool = False) -> list[dict[str, Any]]:
    """Where the flow lets the agent take the request, each with the canned replies that go there.

    `taking`: « Prendre en charge » stands beside them, and begins the review: that step is then `plain` no more.
    """
    address = f"/agent/demandes/{view['number']}/decision"
    return [
        {
            "to": transition["to"],
            "verb": verb(view["status"]["slug"], transition["to"], transition["label"]),
            "label": transition["label"],
            "plain": not (taking and begins(view["status"]["slug"], transition["to"])),
            "address": f"{address}?vers={transition['to']}",
            "replies": [
                {
                    "slug": reply["slug"],
                    "title": reply["title"],
                    "address": f"{address}?vers={transition['to']}&reponse={reply['slug']}",
                }
                for reply in view["replies"]
                if reply["sets_status"] == transition["to"]
            ],
        }
        for transition in view["transitions"]
    ]


def verb(present: str, status: str, label: str) -> str:
    """What the agent does who takes the request from its present status to that one."""
    if status == IN_REVIEW:
        return "Commencer l’instruction" if begins(present, status) else "Reprendre l’instruction"
    return VERBS.get(status, f"Passer au statut « {label} »")


def begins(present: str, status: str) -> bool:
    return status == IN_REVIEW and present == "submitted"


def landmarks(view: Json, coming: Json | None, today: date) -> dict[str, Any]:
    """What presses: the day aimed at while the request is open, with the appointment to come."""
    closed = view["status"]["closed"] or view["archived"]
    at = coming["starts_at"] if coming else None
    return {
        "due": None if closed else due(view["due_on"], today, overdue=view["ages"]["overdue"], appointment_at=at),
        "channel": CHANNELS.get(view["channel"], ""),
    }


def may_take(view: Json, agent: str) -> bool:
    """Whether « Prendre en charge » has a meaning: the request is open and not this agent's yet."""
    open_ = not view["archived"] and not view["status"]["closed"]
    return open_ and (view["assignee"] is None or view["assignee"]["id"] != agent)


def images(documents: Iterable[Json]) -> list[Json]:
    """The photographs of a request, in order."""
    return [
        file for document in documents for file in document["files"] if (file.get("type") or "").startswith("image/")
    ]


def looked_at(documents: Iterable[Json], wanted: str) -> dict[str, Any] | None:
    """The photograph to show on the page, with its neighbours; None when there is no such one."""
    found = images(documents)
    for index, file in enumerate(found):
        if file["id"] == wanted:
            before = found[index - 1] if index else None
            after = found[index + 1] if index + 1 < len(found) else None
            return {"file": file, "previous": before, "next": after, "rank": index + 1, "count": len(found)}
    return None


def journal_page(found: Json, arguments: Mapping[str, str]) -> dict[str, Any]:
    """A page of the journal: its lines in words, where the older ones begin, whether newer ones were left behind."""
    return {
        "looks": [{**look, "words": _look(look)} for look in found["views"]],
        "older": found["next"],
        "newer": bool(arguments.get("avant")),
    }


def _look(look: Json) -> str:
    if look["piece"] is not None:
        return f"Ouverture de la pièce « {look['piece']} »"
    return LOOKS.get(look["what"], "Consultation")


def mails(sent: Iterable[Json]) -> list[dict[str, Any]]:
    """What was sent to the person, and what became of it."""
    lines = []
    for mail in sent:
        words, icon = MAIL_STATES.get(mail["state"], ("En cours d’envoi", "hourglass"))
        lines.append({"label": MAILS.get(mail["kind"], "Courriel"), "at": mail["at"], "state": words, "icon": icon})
    return lines
