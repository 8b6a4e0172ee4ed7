"""What is asked of a member of a family, and what is said of one in words; pure."""

from collections.abc import Iterable
from dataclasses import replace

from gateway.dates import short_day
from gateway.pages.components import edit_conflicts
from gateway.pages.components.controls import Control, Typed
from gateway.pages.components.person import IDENTITY, OWN_CONTACT
from gateway.pages.components.words import of_person
from services.accounts.schemas.facts import UpdateTarget
from services.accounts.schemas.family import Member
from services.accounts.schemas.people import ComingUpdate, Relative
from services.townhall import postal_address
from services.townhall.person import GUARDIANS, MEANS, RELATIONS
from services.townhall.untyped import parts

RELATION = Control("relation", "Lien avec vous", "radios", required=True, decides=True)
NAMES = tuple(
    replace(one, required=one.required or one.name == "birth_date", autocomplete="off")
    for one in IDENTITY
    if one.name in ("given_names", "birth_name", "usage_name", "birth_date")
)
AUTHORITY = Control(
    "parental_authority",
    "Qui exerce l’autorité parentale ?",
    "radios",
    required=True,
    choices=tuple(GUARDIANS.items()),
    when='{"field": "relation", "equals": "child"}',
    in_order=True,
)
CONTACT = tuple(
    replace(one, required=False, autocomplete="off", help="") for one in OWN_CONTACT if one.name != "preferred_contact"
)
ASKED = (RELATION, *NAMES, AUTHORITY, *CONTACT)


def facts_of(one: Member) -> list[dict[str, str]]:
    """What a space says of a member, as lines with labels; nothing that was not given."""
    phones = [(label, getattr(one, name)) for name, label in MEANS.items() if name != "postal"]
    authority = GUARDIANS.get(one.parental_authority, "") if one.relation == "child" else ""
    lines = [
        ("Lien avec vous", one.relation_label),
        ("Prénoms", one.given_names),
        ("Nom de naissance", one.birth_name),
        ("Nom d’usage", one.usage_name),
        ("Date de naissance", short_day(one.birth_date)),
        ("Autorité parentale", authority),
        ("Adresse", "\n".join(postal_address.lines(vars(one.address))) if one.address else "La vôtre"),
        *phones,
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


def details_in_words(member: Typed) -> list[dict[str, str]]:
    """Labelled details of a member, by their names; what is "" is said not to be there."""
    labels = {
        **{item.name: item.label for item in ASKED},
        "parental_authority": "Autorité parentale",
        "address": "Adresse",
    }
    return [{"label": labels[name], "value": _detail(name, value)} for name, value in member.items() if name in labels]


def _detail(name: str, value: object) -> str:
    match name:
        case "address":
            return "\n".join(postal_address.lines(parts(value))) or "La vôtre"
        case "birth_date" if value:
            return short_day(str(value))
        case "relation" | "parental_authority":
            return (RELATIONS | GUARDIANS).get(str(value), edit_conflicts.NO_ANSWER)
        case _:
            return str(value or edit_conflicts.NO_ANSWER)


def coming_change(update: ComingUpdate, members: Iterable[Relative]) -> str:
    """What changes on a day to come, up to that day: « L’adresse de tout le foyer change le »; without one up to the verb."""
    several = not {"address", "email"} & {*update.names}
    what = "téléphones" if several else "courriel" if "email" in update.names else "adresse"
    verb = ("changent" if several else "change") + (" le" if update.effective_on else "")
    if update.target == UpdateTarget.HOLDER:
        return f"{'Vos' if several else 'Votre'} {what} {verb}"
    names = {one.id: one.full_name for one in members}
    household = update.target == UpdateTarget.HOUSEHOLD
    whom = "tout le foyer" if household else names.get(update.member_id or "", "un membre")
    the = "Les " if several else "Le " if what == "courriel" else "L’"
    return f"{the}{what} {of_person(whom)} {verb}"
