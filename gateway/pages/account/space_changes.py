"""« Dernières modifications » of a space in words: what was changed and, by a granted request, from what to what. Pure."""

from collections.abc import Sequence

from services.accounts.schemas.profile import ChangedPerson, SpaceChange
from services.chassis.structs import Struct
from services.townhall.person import DETAILS, MEANS
from services.townhall.sentences import listed
from services.townhall.typography import NBSP

CHANGED = {
    "email_asked": "Nouveau courriel demandé",
    "email": "Nouveau courriel confirmé",
    "email_undone": "Changement de courriel annulé",
    "email_expired": "Nouveau courriel non confirmé à temps",
    "updated": "Coordonnées changées par votre demande",
    "update_not_applied": "Changement de coordonnées non fait, car la personne n’est plus dans votre famille",
    "username": "Nom d’utilisateur modifié",
    "password": "Mot de passe modifié",
    "identity": "identité",
    "address": "adresse",
    "contact": "téléphones",
    "preferred_contact": "moyen de contact préféré",
    "organisation": "organisme",
}
"""What is said of each change, or of each part of one."""
NOTHING = "Non indiqué"


class ChangeShown(Struct):
    """One line, the number of the request that led to it, and of each person the labelled values before and after."""

    at: str
    words: str
    number: str
    people: Sequence[tuple[str, list[dict[str, str]]]]


def shown(changes: Sequence[SpaceChange]) -> list[ChangeShown]:
    return [
        ChangeShown(
            at=one.at,
            words=_in_words(one),
            number=one.request_number,
            people=[(_name(person), _lines(person)) for person in one.people if person.values],
        )
        for one in changes
    ]


def _in_words(change: SpaceChange) -> str:
    """One of a kind that this release does not know is shown as a change, without its parts."""
    parts = [CHANGED.get(part, part) for part in change.parts]
    match change.what:
        case "profile":
            return f"Profil modifié{NBSP}: {listed(parts)}"
        case "credentials":
            return ", ".join(parts)
        case what:
            return CHANGED.get(what, "Espace modifié")


def _name(person: ChangedPerson) -> str:
    if person.member_id is None:
        return "Vous"
    return person.full_name or "Une personne qui n’est plus dans votre famille"


def _lines(person: ChangedPerson) -> list[dict[str, str]]:
    return [
        {"label": f"{DETAILS.get(one.name, one.name)}, {when}", "value": _value(one.name, value, person)}
        for one in person.values
        for when, value in (("avant", one.before), ("après", one.after))
    ]


def _value(name: str, value: str, person: ChangedPerson) -> str:
    if name == "address" and person.member_id is not None and not value:
        return "La vôtre"
    if name == "preferred_contact":
        return MEANS.get(value, value)
    return value or NOTHING
