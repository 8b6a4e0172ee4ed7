"""A request as it is followed, with its exchanges."""

from datetime import datetime, timedelta
from typing import Any

from tests.support.demo_town import DRAFT, NOW, NUMBER, Json, agenda, definition

HELD_DATA = {
    "number": NUMBER, "title": "Signaler un problème de voirie", "open": False, "can_cancel": False, "erased": False,
    "kept_months": 24, "kept_until": "2028-11-24", "then": "destroy", "for_the_decision": ["Pièce d’identité"],
    "exchanges": True, "erasure_asked_at": None, "erasure_answer_by": None, "erasure_answer": None,
    "erasure_answered_at": None, "erasure_reason": None,
}  # fmt: skip


NOT_LINKED = {"internal": False, "exchange": None, "document": None, "piece": None, "event": None}
CONTESTED = "Vous pourrez alors contester ce refus devant le juge (www.telerecours.fr)."


def tracking(*, can: Json | None = None, **changes: Any) -> Json:
    """That request, with these changes; `can`: what of it is allowed otherwise."""
    asked = definition("location-salle")
    at = NOW.isoformat()
    return {
        "request_id": DRAFT,
        "number": NUMBER,
        "version": 7,
        "procedure": {
            "slug": asked["slug"],
            "title": asked["title"],
            "version": 1,
            "area": asked["area_details"],
            "department_details": asked["department_details"],
            "exchanges": True,
            "confidential": False,
        },
        "status": {"slug": "in_review", **asked["statuses"]["in_review"]},
        "submitted_at": "2026-11-18T08:12:00+00:00",
        "due_on": "2026-12-02",
        "implicit_decision": {"effect": "rejection", "on": "2027-01-18", "reached": False, "appeal": CONTESTED},
        "cancelled": None,
        "appeal": None,
        "attestation": None,
        "refused_because": None,
        "tracking_url": None,
        "place": None,
        "archived": False,
        "open": not any((changes.get("archived"), changes.get("cancelled"), changes.get("status", {}).get("closed"))),
        "attached": True,
        "applicant": [
            {
                "title": "Identité",
                "lines": [{"label": "Prénoms", "value": "Camille"}, {"label": "Nom de naissance", "value": "Exemple"}],
            },
            {
                "title": "Adresse",
                "lines": [{"label": "Adresse", "value": "7 rue du Pont-Neuf\n61990 Saint-Aubin-sur-Orne"}],
            },
            {
                "title": "Moyens de contact",
                "lines": [{"label": "Courriel", "value": "camille.exemple@courriel.example"}],
            },
        ],
        "reached": None,
        "by_post": False,
        "member": None,
        "answers": [
            {"name": "salle", "label": "Salle souhaitée", "value": "Salle du Quai (80 personnes)", "type": "choice"}
        ],
        "advice": None,
        "erased": False,
        "history": [
            NOT_LINKED | line
            for line in (
                {
                    "at": at,
                    "kind": "exchange",
                    "title": "La mairie vous a écrit",
                    "detail": "",
                    "who": asked["department_details"]["name"],
                },
                {
                    "at": at,
                    "kind": "appointment",
                    "title": "Rendez-vous modifié : le vendredi 27 novembre à 15 h",
                    "detail": "Celui du lundi 23 novembre à 14 h est annulé.",
                    "who": "Vous",
                },
                {"at": at, "kind": "document", "title": "Attestation d’assurance ajoutée", "detail": "", "who": "Vous"},
                {"at": at, "kind": "operation", "title": "Demande enregistrée", "detail": "", "who": "Vous"},
            )
        ],
        "unread": {"citizen": 1, "town": 0},
        "appointments": [
            _appointment("a1", "2026-11-23T13:00:00+00:00", "cancelled"),
            _appointment("a2", "2026-11-27T14:00:00+00:00", "booked"),
        ],
        "bring": ["Un chèque de caution", "L’original de l’attestation d’assurance"],
        "asked_documents": [
            {
                "slug": "assurance-rc",
                "label": "Attestation d’assurance",
                "required": True,
                "sensitive": False,
                "delete_after": None,
                "formats": ["pdf"],
                "max_files": 1,
                "help": None,
            }
        ],
        "erased_documents": [],
        "missing": None,
        "tabs": ["applicant", "request", "history", "exchanges", "documents", "appointments"],
        "calendar_url": f"/demande/{NUMBER}/rendez-vous.ics",
        "can": {
            "cancel": True,
            "attach": False,
            "exchange": True,
            "add_appointment": False,
            "add_documents": True,
            "revoke_links": True,
            "request_attestation": False,
            "answer_erasure": False,
            **(can or {}),
        },
        "grant": "grant",
        "as_of": None,
        **changes,
    }


FREED = {
    "id": "66666666-6666-4666-8666-666666666666",
    "starts_at": "2026-11-30T13:00:00+00:00",
    "ends_at": "2026-11-30T13:30:00+00:00",
}


def with_earlier_slot(**changes: Any) -> Json:
    """That request, whose appointment of 2 December leaves room for an earlier slot."""
    earlier = {"may_want": True, **changes}
    return tracking(
        appointments=[_appointment("a2", "2026-12-02T13:00:00+00:00", "booked") | {"earlier_slot": earlier}]
    )


def _appointment(slug: str, start: str, status: str) -> Json:
    begins = datetime.fromisoformat(start)
    booked = status == "booked"
    return {
        "id": slug,
        "agenda": "salles",
        "starts_at": start,
        "ends_at": (begins + timedelta(minutes=30)).isoformat(),
        "place": "Bureau de la vie associative, 22 quai de l’Orne",
        "instructions": agenda("salles")["instructions"],
        "status": status,
        "can_move": booked,
        "move_until": (begins - timedelta(hours=48)).isoformat() if booked else None,
        "can_cancel": False,
        "reminder_message": "Un courriel vous le rappelle 2 jours et 1 jour avant." if booked else None,
        "limit_message": "Ce rendez-vous est nécessaire à la démarche : vous pouvez le modifier." if booked else None,
    }


EXCHANGES = [
    {"id": "e1", "direction": "to_town", "author": "Camille Exemple", "at": "2026-11-14T09:05:00+00:00", "read_at": "2026-11-15T09:05:00+00:00", "excerpt": "Bonjour, puis-je aussi poser une petite bordure en bois ?", "cut": False, "text": "Bonjour, puis-je aussi poser une petite bordure en bois ?", "mine": True},
    {"id": "e2", "direction": "to_citizen", "author": "Services techniques", "at": "2026-11-16T13:20:00+00:00", "read_at": "2026-11-16T14:20:00+00:00", "excerpt": "Bonjour, oui, si elle ne dépasse pas dix centimètres de haut.", "cut": False, "text": "Bonjour, oui, si elle ne dépasse pas dix centimètres de haut.", "mine": False},
    {"id": "e3", "direction": "to_citizen", "author": "Services techniques", "at": "2026-11-23T15:40:00+00:00", "read_at": None, "excerpt": "Bonjour, la visite sur place aura lieu mardi matin…", "cut": True, "text": None, "mine": False},
]  # fmt: skip
