"""Family members: the people of a household for whom a request may be made. They cannot log in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.accounts.citizen import Contact
from services.accounts.fields import Errors, Section
from services.chassis import names
from services.chassis.events import event

RELATIONS = {"child": "Enfant", "spouse": "Conjoint", "parent": "Parent", "other": "Autre proche"}
PARENTAL_AUTHORITIES = ("joint", "sole", "none")


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class FamilyMemberAdded:
    """A person of the holder's household came with the space from the town's files."""

    member_id: str


@dataclass(frozen=True, kw_only=True)
class FamilyMember:
    slug: str
    relation: str
    birth_name: str
    usage_name: str
    given_names: str
    birth_date: str
    parental_authority: str
    contact: Contact

    @property
    def full_name(self) -> str:
        return names.full_name(vars(self))


def read_member(data: Mapping[str, Any], *, today: date) -> tuple[FamilyMember | None, Errors]:
    """The member as kept, or None and one French sentence for each field that is wrong ("member.birth_date")."""
    errors: Errors = {}
    section = Section("member", data, errors)
    contact = Section.of(data, "contact", errors)
    relation = section.text("relation", missing="Indiquez le lien avec cette personne.")
    if relation and relation not in RELATIONS:
        section.refuse("relation", "Choisissez un lien de la liste.")
    authority = section.text("parental_authority") or "none"
    if authority not in PARENTAL_AUTHORITIES:
        section.refuse("parental_authority", "Choisissez une réponse de la liste.")
    member = FamilyMember(
        slug=section.text("slug"),
        relation=relation,
        birth_name=section.name("birth_name", missing="Indiquez le nom de naissance."),
        usage_name=section.name("usage_name"),
        given_names=section.name("given_names", missing="Indiquez les prénoms."),
        birth_date=section.birth_date(today),
        parental_authority=authority,
        contact=Contact(
            email=contact.email(),
            mobile_phone=contact.phone("mobile_phone"),
            home_phone=contact.phone("home_phone"),
            work_phone=contact.phone("work_phone"),
        ),
    )
    return (None, errors) if errors else (member, {})
