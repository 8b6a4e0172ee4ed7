"""Who a citizen is: the rules of the sections Identité, Adresse and Moyens de contact. Values in, values or refusals out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.accounts.spaces.fields import Errors, Section
from services.townhall import names, postal_address
from services.townhall.french_names import COUNTRIES, FRANCE

CIVILITIES = ("", "madame", "monsieur", "non_precise")
ORGANISATIONS = ("association", "company")
RNA, SIRET = r"W[0-9]{9}", r"[0-9]{14}"
MEANS = {
    "email": "courriel",
    "mobile_phone": "téléphone mobile",
    "home_phone": "téléphone fixe",
    "work_phone": "téléphone professionnel",
    "postal": "courrier postal",
}


@dataclass(frozen=True, kw_only=True)
class Identity:
    civility: str
    birth_name: str
    usage_name: str  # the birth name when no other was given
    given_names: str
    birth_date: str  # ISO 8601
    birth_place: str

    @property
    def full_name(self) -> str:
        return names.full_name(vars(self))


@dataclass(frozen=True, kw_only=True)
class Address:
    line1: str
    line2: str
    postcode: str
    city: str
    country: str  # ISO 3166, two letters


@dataclass(frozen=True, kw_only=True)
class Contact:
    email: str
    mobile_phone: str
    home_phone: str
    work_phone: str


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The association or company for which the citizen also files."""

    kind: str
    name: str
    rna: str
    siret: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    identity: Identity
    address: Address
    contact: Contact
    preferred_contact: str
    organisation: Organisation | None = None


def read_profile(data: Mapping[str, Any], *, today: date) -> tuple[Profile | None, Errors]:
    """The profile as it will be kept, or None and one French sentence for each field that is wrong.

    Fields are named as in the form: "identity.birth_name", "contact.email", "preferred_contact".
    """
    errors: Errors = {}
    profile = Profile(
        identity=_identity(Section.of(data, "identity", errors), today),
        address=_address(Section.of(data, "address", errors)),
        contact=_contact(Section.of(data, "contact", errors)),
        preferred_contact=str(data.get("preferred_contact") or "").strip(),
        organisation=_organisation(Section.of(data, "organisation", errors)) if data.get("organisation") else None,
    )
    sentence = why_not_preferred(profile)
    if sentence:
        errors.setdefault("preferred_contact", sentence)
    return (None, errors) if errors else (profile, {})


def why_not_preferred(profile: Profile) -> str | None:
    """The preferred means must be one that was filled in."""
    chosen = profile.preferred_contact
    if chosen not in MEANS:
        return "Choisissez votre moyen de contact préféré."
    given = profile.address.line1 if chosen == "postal" else getattr(profile.contact, chosen)
    if given:
        return None
    return f"Renseignez votre {MEANS[chosen]}, ou choisissez un autre moyen de contact préféré."


def _identity(section: Section, today: date) -> Identity:
    civility = section.text("civility")
    if civility not in CIVILITIES:
        section.refuse("civility", "Choisissez une civilité de la liste.")
    birth_name = section.name("birth_name", missing="Indiquez votre nom de naissance.")
    return Identity(
        civility=civility,
        birth_name=birth_name,
        usage_name=section.name("usage_name") or birth_name,
        given_names=section.name("given_names", missing="Indiquez vos prénoms, dans l’ordre de l’état civil."),
        birth_date=section.birth_date(today),
        birth_place=section.text("birth_place"),
    )


def _address(section: Section) -> Address:
    country = section.text("country").upper() or FRANCE
    if country not in COUNTRIES:
        country = section.refuse("country", "Choisissez un pays de la liste.")
    return Address(
        line1=section.text("line1", missing="Indiquez le numéro et la voie.", longest=postal_address.LONGEST["line1"]),
        line2=section.text("line2", longest=postal_address.LONGEST["line2"]),
        postcode=section.postcode(country),
        city=section.text("city", missing="Indiquez la commune.", longest=postal_address.LONGEST["city"]),
        country=country,
    )


def _contact(section: Section) -> Contact:
    return Contact(
        email=section.email(missing="Indiquez votre courriel : le lien d’activation y sera envoyé."),
        mobile_phone=section.phone("mobile_phone"),
        home_phone=section.phone("home_phone"),
        work_phone=section.phone("work_phone"),
    )


def _organisation(section: Section) -> Organisation:
    kind = section.text("kind", missing="Indiquez s’il s’agit d’une association ou d’une entreprise.")
    if kind and kind not in ORGANISATIONS:
        section.refuse("kind", "Choisissez association ou entreprise.")
    name = section.text("name", missing="Indiquez le nom de l’organisme.")
    if not names.of_an_organisation(name):
        section.refuse("name", names.NOT_AN_ORGANISATION)
    return Organisation(
        kind=kind,
        name=name,
        rna=section.shaped("rna", RNA, "Indiquez la lettre W suivie de neuf chiffres."),
        siret=section.shaped("siret", SIRET, "Indiquez les quatorze chiffres du numéro SIRET."),
        role=section.text("role"),
    )
