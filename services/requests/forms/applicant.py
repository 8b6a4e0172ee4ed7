"""Who asks: the snapshot of identity and contact details that is frozen at submission; pure.

A person gives names; a company its name and SIRET, an association its name and RNA number (glossary R2). With
`identity: full` a postal address is asked as well, with `contact` a name and an e-mail address are enough. The e-mail
address is asked of everybody who files online, for the acknowledgement goes there (R3, R4); a phone only of who prefers to
be called. At the counter a person may have no e-mail address (R16): what the town writes is then posted, and the postal
address is mandatory.
"""

from collections.abc import Collection, Mapping
from datetime import date

from services.chassis.dotted_names import nested
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.schemas.own_data import Line, Section
from services.requests.schemas.refusals import MemberNotDescribed
from services.townhall import french_dates, names, person, postal_address
from services.townhall.person import CIVILITIES, MEANS, PHONES
from services.townhall.person_fields import MISSING, Errors, PersonFields
from services.townhall.untyped import parts, text

DETAILS = frozenset(
    {"kind", "civility", "given_names", "birth_name", "usage_name", "birth_date", "birth_place", "email", *PHONES}
    | {"address", "organisation", "preferred_contact"}
)
MISSING_AT_COUNTER = {
    **MISSING,
    "given_names": "Indiquez les prénoms de la personne.",
    "birth_name": "Indiquez le nom de naissance de la personne.",
    "usage_name": "Indiquez le nom de la personne.",
    "email": "Indiquez le courriel de la personne.",
    "address": "Indiquez l’adresse de la personne.",
}
"""The same, for an agent who types for a person."""
MISSING_OF_MEMBER = {
    "given_names": "Indiquez les prénoms de cette personne.",
    "birth_name": "Indiquez le nom de naissance de cette personne.",
}

Applicant = dict[str, object]


def clean(
    definition: Procedure, raw: Mapping[str, object], *, today: date, at_counter: bool = False
) -> tuple[Applicant, Errors]:
    """The applicant, and one French sentence for each detail that is missing or wrong.

    Errors are keyed by dotted name: `given_names`, `organisation.siret`, `address.postcode`, `email`. `at_counter`: an agent
    types for a person, who may have no e-mail address; the postal address is then mandatory.
    """
    asked = definition.applicant
    errors: Errors = {}
    fields = PersonFields(form=nested(raw), errors=errors, missing=MISSING_AT_COUNTER if at_counter else MISSING)
    by_post = at_counter and person.is_empty(fields.typed("email"))
    kind = raw.get("kind") or asked.kinds[0]
    if not isinstance(kind, str) or kind not in asked.kinds:
        fields.refuse("kind", "Choisissez qui fait la demande.")
        kind = asked.kinds[0]
    full = asked.identity == "full"
    values: Applicant = {"kind": kind, **fields.given(("civility",) if full else ())}
    required = ("given_names", "birth_name") if full else ("given_names",)
    values |= fields.given(("given_names", "birth_name"), required)
    values |= fields.given(("usage_name",), () if full or "birth_name" in values else ("usage_name",))
    if born := fields.birth_date(today):
        values["birth_date"] = born
    values |= fields.given(("birth_place", "email", *PHONES), () if by_post else ("email",))
    if address := fields.read("address", person.address, required=by_post or (full and kind == "person")):
        values["address"] = address
    if kind != "person":
        required = ("name", "siret" if kind == "company" else "rna")
        values["organisation"] = fields.part("organisation").given(("name", "role", "siret", "rna"), required)
    if full:
        given = {*values, *(path.partition(".")[0] for path in errors)}
        values["preferred_contact"] = _preferred_contact(fields, given, by_post=by_post, at_counter=at_counter)
    return values, errors


def described_member(raw: Mapping[str, object], *, today: date) -> Applicant:
    """For whom an agent at the counter says that the request is made: names, day of birth and relation as they are kept.

    Raises MemberNotDescribed with a sentence for each that is missing or wrong, by dotted name. An account knows the members
    of its family.
    """
    errors: Errors = {}
    fields = PersonFields(form=raw, errors=errors, within="member.", missing=MISSING_OF_MEMBER)
    values: Applicant = {**fields.given(("given_names", "birth_name", "usage_name"), MISSING_OF_MEMBER)}
    if born := fields.birth_date(today):
        values["birth_date"] = born
    if errors:
        raise MemberNotDescribed(fields=errors)
    relation = raw.get("relation")
    return values | ({"relation": relation} if isinstance(relation, str) and relation else {})


def not_asked(raw: Mapping[str, object]) -> Errors:
    """One sentence for each detail outside `DETAILS`."""
    return {name: "Ce renseignement n’est pas demandé." for name in nested(raw) if name not in DETAILS}


def full_name(applicant: Mapping[str, object]) -> str:
    """How the town addresses the applicant: the organisation, or the person."""
    return text(parts(applicant.get("organisation")).get("name")) or names.full_name(applicant)


NO_REMINDER = "Sans courriel, aucun rappel n’est envoyé : gardez la date."


def reached(applicant: Applicant) -> str | None:
    """How agents contact the person besides the mails; None where there are mails only."""
    preferred = text(applicant.get("preferred_contact")) or "email"
    by_mail = bool(applicant.get("email"))
    beside = "En plus du courriel, un agent" if by_mail else "Un agent"
    if preferred in PHONES and applicant.get(preferred):
        news = "une nouvelle ou un rappel" if by_mail else "une nouvelle"
        said = f"{beside} vous appelle au {applicant[preferred]} quand la mairie a {news} pour vous."
        return said if by_mail else f"{said} {NO_REMINDER}"
    if preferred != "postal":
        return None
    said = f"{beside} vous écrit par courrier quand la mairie a une nouvelle pour vous."
    return f"{said} {'Les rappels, eux, partent par courriel seul.' if by_mail else NO_REMINDER}"


def labelled(applicant: Mapping[str, object]) -> tuple[Section, ...]:
    """Sections as a person reads them, of the details that were given."""
    organisation = parts(applicant.get("organisation"))
    born = text(applicant.get("birth_date"))
    sections: dict[str, list[tuple[str, object]]] = {
        "Identité": [
            ("Organisme", organisation.get("name")),
            ("Numéro SIRET", organisation.get("siret")),
            ("Numéro RNA", organisation.get("rna")),
            ("Qualité", organisation.get("role")),
            ("Civilité", CIVILITIES.get(text(applicant.get("civility")))),
            ("Prénoms", applicant.get("given_names")),
            ("Nom de naissance", applicant.get("birth_name")),
            ("Nom d’usage" if applicant.get("birth_name") else "Nom", applicant.get("usage_name")),
            ("Date de naissance", french_dates.short_day(date.fromisoformat(born)) if born else None),
            ("Lieu de naissance", applicant.get("birth_place")),
        ],
        "Adresse": [("Adresse", "\n".join(postal_address.lines(parts(applicant.get("address")))))],
        "Moyens de contact": [
            *((label, applicant.get(name)) for name, label in MEANS.items() if name != "postal"),
            ("Moyen de contact préféré", MEANS.get(text(applicant.get("preferred_contact")))),
        ],
    }
    return tuple(
        Section(title=title, lines=tuple(Line(label=label, value=str(value)) for label, value in lines if value))
        for title, lines in sections.items()
        if any(value for _, value in lines)
    )


def _preferred_contact(fields: PersonFields, given: Collection[str], *, by_post: bool, at_counter: bool) -> str:
    """The means, whose detail must be given too: as a value, or a wrong one that is refused already."""
    preferred = fields.take("preferred_contact") or ("postal" if by_post else "email")
    detail = "address" if preferred == "postal" else preferred
    if detail not in given:
        asked = {"postal": "l’adresse", "email": "le courriel"} if at_counter else {"postal": "votre adresse"}
        what = asked.get(preferred, "ce numéro")
        fields.refuse(detail, f"Indiquez {what}, ou choisissez un autre moyen de contact.")
    return preferred
