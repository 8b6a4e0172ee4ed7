"""Who a citizen is: the rules of the sections Identité, Adresse and Moyens de contact. Values in, values or refusals out. Pure."""

from collections.abc import Mapping
from datetime import date

from services.accounts.schemas.people import Contact
from services.accounts.schemas.profile import Address, Identity, Organisation
from services.accounts.spaces.fields import Errors, Section
from services.chassis.structs import Struct
from services.townhall import person
from services.townhall.person import MEANS, ORGANISATIONS, PHONES


class Profile(Struct):
    identity: Identity
    address: Address
    contact: Contact
    preferred_contact: str
    organisation: Organisation | None = None


def read_profile(data: Mapping[str, object], *, today: date) -> tuple[Profile | None, Errors]:
    """The profile as it will be kept, or None and one French sentence for each field that is wrong.

    Fields are named as in the form: "identity.birth_name", "contact.email", "preferred_contact".
    """
    errors: Errors = {}
    profile = Profile(
        identity=_identity(Section.of(data, "identity", errors), today),
        address=Address(**Section.of(data, "address", errors).address()),
        contact=_contact(Section.of(data, "contact", errors)),
        preferred_contact=str(data.get("preferred_contact") or "").strip(),
        organisation=_organisation(Section.of(data, "organisation", errors)) if data.get("organisation") else None,
    )
    chosen = profile.preferred_contact
    if chosen not in MEANS:
        errors.setdefault("preferred_contact", "Choisissez votre moyen de contact préféré.")
    elif not has_preferred_contact(profile):
        means = MEANS[chosen][0].lower() + MEANS[chosen][1:]
        sentence = f"Renseignez votre {means}, ou choisissez un autre moyen de contact préféré."
        errors.setdefault("preferred_contact", sentence)
    return (None, errors) if errors else (profile, {})


def has_preferred_contact(profile: Profile) -> bool:
    """Whether the preferred means is one that was filled in."""
    chosen = profile.preferred_contact
    return chosen in MEANS and bool(profile.address.line1 if chosen == "postal" else getattr(profile.contact, chosen))


def _identity(section: Section, today: date) -> Identity:
    birth_name = section.take("birth_name", person.name, missing="Indiquez votre nom de naissance.")
    return Identity(
        civility=section.take("civility", person.one_of(person.CIVILITIES)),
        birth_name=birth_name,
        usage_name=section.take("usage_name", person.name) or birth_name,
        given_names=section.take(
            "given_names", person.name, missing="Indiquez vos prénoms, dans l’ordre de l’état civil."
        ),
        birth_date=section.birth_date(today),
        birth_place=section.take("birth_place"),
    )


def _contact(section: Section) -> Contact:
    return Contact(
        email=section.take(
            "email", person.email, missing="Indiquez votre courriel : le lien d’activation y sera envoyé."
        ),
        **{name: section.take(name, person.phone) for name in PHONES},
    )


def _organisation(section: Section) -> Organisation:
    kind = section.take("kind", missing="Indiquez s’il s’agit d’une association ou d’une entreprise.")
    if kind and kind not in ORGANISATIONS:
        section.refuse("kind", "Choisissez association ou entreprise.")
    return Organisation(
        kind=kind,
        name=section.take("name", person.organisation_name, missing="Indiquez le nom de l’organisme."),
        rna=section.take("rna", person.rna),
        siret=section.take("siret", person.siret),
        role=section.take("role"),
    )
