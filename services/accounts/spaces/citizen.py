"""Who a citizen is: the rules of the sections Identité, Adresse and Moyens de contact. Values in, values or refusals out. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from services.accounts.schemas.people import Contact
from services.accounts.schemas.profile import Address, Identity, Organisation
from services.accounts.spaces.fields import Section
from services.chassis.structs import Struct
from services.townhall.person import MEANS, ORGANISATIONS, PHONES
from services.townhall.person_fields import MISSING, Errors

MISSING_OF_SPACE = MISSING | {
    "given_names": "Indiquez vos prénoms, dans l’ordre de l’état civil.",
    "email": "Indiquez votre courriel : le lien d’activation y sera envoyé.",
    "kind": "Indiquez s’il s’agit d’une association ou d’une entreprise.",
}


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
    form = Section(form=data, errors=errors, missing=MISSING_OF_SPACE)
    profile = Profile(
        identity=_identity(form.part("identity"), today),
        address=Address(**form.address()),
        contact=Contact(**form.part("contact").given(("email", *PHONES), required=("email",))),
        preferred_contact=str(data.get("preferred_contact") or "").strip(),
        organisation=_organisation(form.part("organisation")) if data.get("organisation") else None,
    )
    chosen = profile.preferred_contact
    if chosen not in MEANS:
        form.refuse("preferred_contact", "Choisissez votre moyen de contact préféré.")
    elif not has_preferred_contact(profile):
        means = MEANS[chosen][0].lower() + MEANS[chosen][1:]
        sentence = f"Renseignez votre {means}, ou choisissez un autre moyen de contact préféré."
        form.refuse("preferred_contact", sentence)
    return (None, errors) if errors else (profile, {})


def has_preferred_contact(profile: Profile) -> bool:
    """Whether the preferred means is one that was filled in."""
    chosen = profile.preferred_contact
    return chosen in MEANS and bool(profile.address.line1 if chosen == "postal" else getattr(profile.contact, chosen))


def _identity(section: Section, today: date) -> Identity:
    names = ("civility", "birth_name", "usage_name", "given_names", "birth_place")
    given = section.given(names, required=("birth_name", "given_names"))
    identity = Identity(**given, birth_date=section.birth_date(today, required=True))
    return replace(identity, usage_name=identity.usage_name or identity.birth_name)


def _organisation(section: Section) -> Organisation:
    kind = section.take("kind", required=True)
    if kind and kind not in ORGANISATIONS:
        section.refuse("kind", "Choisissez association ou entreprise.")
    return Organisation(kind=kind, **section.given(("name", "rna", "siret", "role"), required=("name",)))
