"""The menus of all pages, each a list of links: header, footer and site map show the same lists."""

from collections.abc import Mapping

from gateway.pages.components.reader import person_menu
from gateway.permissions import AUDITOR, FILE_READER, PUBLIC, STAFF, TEAM, Permission
from services.chassis.structs import Struct


class Entry(Struct):
    """A link of a menu. `section`: the pages on which it is the current one; `key`: what agents press to follow it."""

    address: str
    label: str
    icon: str = ""
    section: str = ""
    key: str = ""
    permission: Permission = PUBLIC


LEGAL = (
    Entry(address="/mentions-legales", label="Mentions légales"),
    Entry(address="/donnees-personnelles", label="Données personnelles"),
)
SITE_MAP = Entry(address="/plan-du-site", label="Plan du site")
HELP = Entry(address="/aide", label="Aide")
OFFLINE = Entry(address="/aide#guichet", label="Sans internet")
CHECKING = Entry(address="/verifier", label="Vérifier un récépissé")
FOLLOWING = Entry(address="/suivi", label="Retrouver ma demande")

MENUS: Mapping[str, tuple[Entry, ...]] = {
    "main": (
        Entry(address="/demarches", label="Démarches", section="procedures"),
        Entry(address="/actualites", label="Actualités", section="news"),
        Entry(address="/activites", label="Activités", section="activities"),
        Entry(address="/infos-pratiques", label="Infos pratiques", section="practical"),
        Entry(address="/votre-avis", label="Votre avis nous intéresse", section="polls"),
    ),
    "visitors": (
        Entry(address="/connexion", label="Se connecter", icon="user"),
        Entry(address="/creer-mon-espace", label="Créer mon espace personnel"),
    ),
    "citizens": (
        Entry(address="/mon-accueil", label="Mon accueil", icon="user"),
        Entry(address="/mon-espace", label="Mon profil", icon="address-book"),
        Entry(address="/mes-demandes", label="Mes demandes", icon="list"),
        Entry(address="/mes-pieces", label="Mes pièces", icon="file"),
        Entry(address="/mes-actualites", label="Mes actualités", icon="news"),
    ),
    "agents-home": (Entry(address="/agent", label="Espace des agents", icon="list", permission=STAFF),),
    "agents-work": (
        Entry(address="/agent/demandes", label="Demandes", key="l", permission=FILE_READER),
        Entry(address="/agent/rendez-vous", label="Rendez-vous", key="r", permission=FILE_READER),
        Entry(address="/agent/courriers", label="Courriers", permission=FILE_READER),
        Entry(address="/agent/mentions", label="Mentions", permission=FILE_READER),
    ),
    "agents": (
        Entry(address="/agent/mon-compte", label="Mon compte", icon="user", permission=STAFF),
        Entry(address="/agent/sessions", label="Mes sessions et connexions", icon="lock", permission=STAFF),
        Entry(address="/agent/charge", label="Charge et absences", icon="list", permission=FILE_READER),
        Entry(address="/agent/equipe", label="Équipe", icon="people", permission=TEAM),
        Entry(address="/agent/consultations", label="Journal des consultations", icon="eye", permission=AUDITOR),
        Entry(address="/agent/reference", label="La commune sur le portail", icon="info", permission=STAFF),
        Entry(address="/agent/raccourcis", label="Raccourcis clavier", icon="help", permission=STAFF),
    ),
    "about": (
        HELP,
        Entry(address="/accessibilite", label="Accessibilité"),
        *reversed(LEGAL),
        SITE_MAP,
        FOLLOWING,
        CHECKING,
    ),
    "foot": (*LEGAL, SITE_MAP, HELP, FOLLOWING, CHECKING),
    "foot-of-forms": (*LEGAL, HELP, OFFLINE),
    "foot-of-agents": (*LEGAL, SITE_MAP),
    "site-map": (SITE_MAP,),
}
"""By the name under which templates show them."""


def menu(name: str) -> tuple[Entry, ...]:
    """What of that menu is open to who reads the page."""
    person = person_menu()
    return tuple(
        entry
        for entry in MENUS[name]
        if entry.permission is PUBLIC or (person is not None and entry.permission.allows(person.actor))
    )
