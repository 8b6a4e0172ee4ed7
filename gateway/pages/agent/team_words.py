"""The team as its pages draw it: lines, states, what happened to an account, the form of an agent; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gateway.pages.agent import rights
from gateway.pages.components.controls import Control, Typed
from gateway.pages.components.person import CREDENTIALS
from services.accounts.schemas.agents import AgentState
from services.accounts.schemas.team import Member, MemberChange
from services.chassis.structs import Struct
from services.townhall.untyped import items

STATES: Mapping[str, tuple[str, str, str]] = {
    AgentState.ACTIVE: ("Actif", "success", "done"),
    AgentState.INVITED: ("Invité", "", "hourglass"),
    AgentState.EXPIRED: ("Invitation expirée", "warning", "warning"),
    AgentState.DISABLED: ("Désactivé", "off", "cancelled"),
}
"""What a state is called, and its pill: kind and icon."""
HAPPENED = {
    "AgentAdded": "Compte créé",
    "AgentInvited": "Lien envoyé par courriel",
    "AgentReady": "Accès préparé par l’agent",
    "AgentChanged": "Modification",
    "AgentDisabled": "Désactivation, sessions terminées",
    "AgentEnabled": "Réactivation",
    "SecondFactorEnded": "Second facteur terminé, sessions terminées",
    "RecoveryCodesMade": "Nouveaux codes de secours",
    "RecoveryCodeUsed": "Connexion avec un code de secours",
}
BY_THE_AGENT = frozenset({"AgentReady", "RecoveryCodesMade", "RecoveryCodeUsed"})
FIELDS = {
    "role": "rôle",
    "function": "fonction",
    "departments": "services",
    "permissions": "droits",
    "email": "courriel",
}
OF_THE_TOWN = "Fichier de la commune ou commande"
USERNAME = replace(CREDENTIALS[0], autocomplete="off", help=f"{CREDENTIALS[0].help} Il ne change plus ensuite.")
EMAIL = Control(
    "email",
    "Courriel",
    "email",
    required=True,
    max_length=254,
    autocomplete="off",
    help="Le lien d’invitation y est envoyé. L’adresse n’est montrée sur aucune page.",
)
NEW_EMAIL = replace(
    EMAIL,
    label="Nouveau courriel",
    required=False,
    help="L’adresse d’à présent n’est pas montrée. Laissez vide pour la garder.",
)
FUNCTION = Control(
    "function",
    "Fonction",
    "text",
    required=True,
    max_length=100,
    autocomplete="off",
    help="Telle que les usagers et les collègues la liront.",
)
ROLE = Control("role", "Rôle", "radios", required=True, choices=tuple(rights.ROLES.items()), in_order=True)
DEPARTMENTS = Control("departments", "Services", "checkboxes", help="L’agent ne voit que les demandes de ces services.")
USUAL_IF_NONE = "Sans aucun droit coché, ceux du rôle sont donnés."
PERMISSIONS = "permissions"


class Line(Struct):
    """An agent as the pages of the team show one; `state`: its words, and its pill's kind and icon."""

    agent: Member
    role: str
    departments: list[str]
    rights: list[str]
    state: tuple[str, str, str]
    kept: list[str]


def line(member: Member, departments: Mapping[str, str]) -> Line:
    words, kind, icon = STATES[member.state]
    if member.second_factor_only and member.state in (AgentState.INVITED, AgentState.EXPIRED):
        words = "Second facteur attendu" if member.state == AgentState.INVITED else "Lien du second facteur expiré"
    return Line(
        agent=member,
        role=rights.ROLES.get(member.role, member.role),
        departments=[departments.get(slug, slug) for slug in member.departments],
        rights=rights.in_words(member.permissions),
        state=(words, kind, icon),
        kept=[FIELDS[name] for name in FIELDS if name in member.kept_fields] if member.from_file else [],
    )


def changes(changed: Iterable[MemberChange], username: str) -> list[dict[str, str]]:
    """What happened, in words: what, when, who."""
    return [
        {
            "at": one.at,
            "what": HAPPENED.get(one.what, one.what)
            + (f" : {', '.join(FIELDS.get(name, name) for name in one.fields)}" if one.fields else ""),
            "by": one.by or (username if one.what in BY_THE_AGENT else OF_THE_TOWN),
        }
        for one in changed
    ]


def controls(values: Typed, errors: Mapping[str, str], departments: Mapping[str, str], *, new: bool) -> list[Control]:
    """The form of an agent: of a new one, or of one who is here (no user name, the address left as it is)."""
    first = (USERNAME, EMAIL, FUNCTION) if new else (FUNCTION, NEW_EMAIL)
    # a department that the town has withdrawn stays an answer until it is unticked
    known = {
        **departments,
        **{str(slug): str(slug) for slug in items(values.get("departments")) if slug not in departments},
    }
    asked = (*first, ROLE, replace(DEPARTMENTS, choices=tuple(known.items())))
    filled = [replace(one, value=values.get(one.name, one.value), error=errors.get(one.name, "")) for one in asked]
    return filled + _rights(values.get(PERMISSIONS, ()), errors.get(PERMISSIONS, ""), new=new)


def _rights(ticked: object, error: str, *, new: bool) -> list[Control]:
    """One group of boxes for each kind of rights."""
    return [
        Control(
            f"{PERMISSIONS}_{name}",
            f"Droits : {title[0].lower()}{title[1:]}",
            "checkboxes",
            value=ticked,
            choices=tuple((right, rights.label(right)) for right in of_group),
            help=USUAL_IF_NONE if new and number == 0 else "",
            error=error if number == 0 else "",
        )
        for number, (name, (title, of_group)) in enumerate(rights.GROUPS.items())
    ]
