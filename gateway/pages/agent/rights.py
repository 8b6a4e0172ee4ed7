"""What roles and rights are called on the pages of administrators; pure."""

from collections.abc import Iterable

from services.accounts.schemas.rights import TO_COME

ROLES = {"agent": "Agent", "editor": "Rédaction", "administrator": "Administration du portail"}
GROUPS = {
    "handling": (
        "Demandes de ses services",
        {
            "read_requests": "Lire les demandes",
            "change_status": "Prendre en charge, décider, noter",
            "write_exchanges": "Écrire aux personnes",
            "manage_appointments": "Modifier et annuler les rendez-vous",
            "request_documents": "Demander et ajouter des pièces",
            "handle_confidential": "Ouvrir les dossiers des démarches confidentielles",
        },
    ),
    "governing": (
        "Administration du portail",
        {
            "manage_agents": "Gérer l’équipe, avec le rôle d’administration",
            "read_audit_log": "Lire le journal des consultations",
            "run_retention": "Conduire l’élimination des demandes échues",
            "manage_settings": "Modifier les réglages du portail",
            "manage_procedures": "Modifier les démarches",
            "manage_agendas": "Modifier les agendas",
            "handle_data_rights": "Traiter les demandes sur les données personnelles",
        },
    ),
    "publishing": (
        "Contenus de la commune",
        {
            "manage_news": "Publier les actualités",
            "manage_activities": "Publier les activités",
            "manage_practical_info": "Publier les infos pratiques",
            "manage_polls": "Publier les sondages",
        },
    ),
}
"""Rights by what they are about, each with its words."""
LABELS = {right: words for _, rights in GROUPS.values() for right, words in rights.items()}


def label(right: str) -> str:
    """In words, with a note on one that no page asks for yet."""
    words = LABELS.get(right, right)
    return f"{words} (à venir)" if right in TO_COME else words


def in_words(rights: Iterable[str]) -> list[str]:
    """In the order of the groups, then whatever has no words here."""
    named = list(rights)
    return [label(right) for right in (*LABELS, *(one for one in named if one not in LABELS)) if right in named]
