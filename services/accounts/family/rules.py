"""Family members: the people of a household for whom a request may be made. They cannot log in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.accounts.credentials.usernames import fold
from services.accounts.schemas.people import Contact
from services.accounts.schemas.profile import Address, Identity
from services.accounts.spaces.fields import Section
from services.chassis.errors import Conflict, Invalid, NotFound
from services.chassis.structs import Struct
from services.townhall import names
from services.townhall.person import GUARDIANS, PHONES, RELATIONS
from services.townhall.person_fields import Errors

MISSING = {
    "relation": "Indiquez le lien avec cette personne.",
    "birth_name": "Indiquez le nom de naissance.",
    "given_names": "Indiquez les prénoms.",
    "birth_date": "Indiquez la date de naissance.",
}
MOST_MEMBERS = 20
"""Of one space: a household and the relatives whom a person helps, not a register."""


class MemberUnknown(NotFound):
    code = "family_member_unknown"
    message = "Cette personne ne figure pas, ou plus, dans votre famille."


class TooManyMembers(Conflict):
    message = f"Votre espace compte déjà {MOST_MEMBERS} membres de votre famille, le maximum. Retirez-en un pour en ajouter un autre."


class MemberIsHolder(Invalid):
    message = "Cette personne est vous-même : une démarche qui peut se faire pour vous le propose déjà."


class FamilyMember(Struct):
    slug: str  # of the town's file; "" where the holder added the member
    relation: str
    birth_name: str
    usage_name: str
    given_names: str
    birth_date: str
    parental_authority: str
    contact: Contact
    address: Address | None = None  # None: with the holder; it is changed by a procedure

    @property
    def full_name(self) -> str:
        return names.full_name(vars(self))


class Kept(Struct):
    """A member of the family under the id by which requests name one."""

    id: UUID
    member: FamilyMember


def read_member(data: Mapping[str, object], *, today: date) -> tuple[FamilyMember | None, Errors]:
    """The member as kept, or None and one French sentence for each field that is wrong ("member.birth_date")."""
    errors: Errors = {}
    section = Section(form=data, errors=errors, within="member.", missing=MISSING)
    contact = replace(section, within="").part("contact")
    relation = section.take("relation", required=True)
    if relation and relation not in RELATIONS:
        section.refuse("relation", "Choisissez un lien de la liste.")
    authority = section.take("parental_authority") or "none"
    if authority not in GUARDIANS:
        section.refuse("parental_authority", "Choisissez une réponse de la liste.")
    member = FamilyMember(
        slug=section.take("slug"),
        relation=relation,
        birth_name=section.take("birth_name", required=True),
        usage_name=section.take("usage_name"),
        given_names=section.take("given_names", required=True),
        birth_date=section.birth_date(today, required=True),
        parental_authority=authority,
        contact=Contact(**contact.given(("email", *PHONES))),
    )
    return (None, errors) if errors else (member, {})


def read_described(described: Mapping[str, object], *, slug: str, today: date) -> tuple[FamilyMember | None, Errors]:
    """`read_member` for what a holder typed, without sections: `email` and the phones stand beside the names.

    Only of a child it is asked who has the parental authority.
    """
    child = described["relation"] == "child"
    authority = described["parental_authority"] if child else "none"
    data: dict[str, object] = {**described, "slug": slug, "parental_authority": authority, "contact": described}
    member, errors = read_member(data, today=today)
    sentences = {name.partition(".")[2]: sentence for name, sentence in errors.items()}
    if child and not authority:
        sentences["parental_authority"] = "Indiquez qui exerce l’autorité parentale."
    return (None, sentences) if sentences else (member, {})


def same_person(one: FamilyMember | Identity, other: FamilyMember | Identity) -> bool:
    """Whether names and birth date say so: the first given name, without regard to case or accents."""
    return _marks(one) == _marks(other)


def _marks(person: FamilyMember | Identity) -> tuple[str, str, str]:
    return fold(person.birth_name), fold(person.given_names).partition(" ")[0], person.birth_date
