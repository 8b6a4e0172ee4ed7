"""The agents' first page, their own account, and what the keyboard can do."""

from flask import render_template

from gateway.conversation import clients
from gateway.http.rate_limits import READ
from gateway.pages.account.landing import home_of
from gateway.pages.agent.rights import ROLES
from gateway.permissions import STAFF
from gateway.routes import Answer, Pages, see_other
from gateway.sessions.identity import current_actor
from gateway.shared.team import departments
from services.chassis.actors import Actor
from services.chassis.errors import Refusal
from services.content.schemas.articles import ListActivities, ListNews, ListPracticalInfo
from services.content.schemas.polls import ListPolls

page = Pages("agent_access", __name__)
# What an editor answers for: the right, what it is called, the town's file that holds it, where it is read, its words.
CONTENTS = (
    ("manage_news", "Actualités", "news.yaml", "/actualites", ("actualité", "actualités")),
    ("manage_activities", "Activités", "activities.yaml", "/activites", ("activité", "activités")),
    ("manage_practical_info", "Infos pratiques", "practical_info.yaml", "/infos-pratiques", ("page", "pages")),
    ("manage_polls", "Sondages", "polls.yaml", "/votre-avis", ("sondage", "sondages")),
)
# What a page of ours opens today; the town's other rights are used through its files and `./parvis`.
RIGHTS = {
    "read_requests": "Lire les demandes de vos services",
    "handle_data_rights": "Répondre aux demandes d’effacement de vos services",
    "change_status": "Prendre les demandes en charge, décider, noter",
    "write_exchanges": "Écrire aux personnes",
    "manage_appointments": "Modifier et annuler les rendez-vous",
    "request_documents": "Demander et ajouter des pièces",
    "handle_confidential": "Ouvrir les dossiers des démarches confidentielles de vos services",
    "manage_agents": "Gérer l’équipe : inviter, modifier, désactiver des agents",
    "read_audit_log": "Lire le journal des consultations",
}


@page.get("/agent", permission=STAFF, limit=READ)
def first_page() -> Answer:
    """The work list for those who handle requests, one's own page for the others."""
    return see_other(home_of(current_actor()))


@page.get("/agent/mon-compte", permission=STAFF, limit=READ)
def own_page() -> str:
    """« Mon compte »: who one is at the town hall, and what one may do."""
    actor = current_actor()
    known = departments()
    return render_template(
        "agent/own_page.html",
        role=ROLES.get(actor.roles[0] if actor.roles else "", ""),
        departments=[known.get(slug, slug) for slug in actor.departments],
        rights=[words for right, words in RIGHTS.items() if right in actor.permissions],
        contents=_contents(actor),
    )


def _contents(actor: Actor) -> list[tuple[str, str, str, tuple[str, str], int | None]]:
    """What is online of each content that this person answers for; without its number when content does not answer."""
    return [
        (title, file, address, words, _online(right))
        for right, title, file, address, words in CONTENTS
        if right in actor.permissions
    ]


def _online(right: str) -> int | None:
    try:
        match right:
            case "manage_news":
                return clients().send(ListNews()).total
            case "manage_activities":
                return clients().send(ListActivities()).total
            case "manage_practical_info":
                return clients().send(ListPracticalInfo()).total
            case _:
                return len(clients().send(ListPolls()).items)
    except Refusal:
        return None


@page.get("/agent/raccourcis", permission=STAFF, limit=READ)
def shortcuts() -> str:
    """« ? »: what the keyboard can do, and how to turn it off."""
    return render_template("agent/shortcuts.html")
