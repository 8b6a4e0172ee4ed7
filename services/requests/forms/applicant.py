"""Who asks: the snapshot of identity and contact details that is frozen at submission; pure.

A person gives names; a company its name and SIRET, an association its name and RNA number (glossary R2). Which details
are asked is the procedure's to say (`Applicant.asks`); what is not asked is not kept. The e-mail address is asked of
everybody who files online, for the acknowledgement goes there (R3, R4); a phone is mandatory only of who prefers to be
called. At the counter a person may have no e-mail address (R16): what the town writes is then posted, and the postal
address is mandatory.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import assert_never

from services.chassis.dotted_names import nested
from services.procedures.schemas.definitions.procedures import Detail, Procedure
from services.requests.schemas.own_data import Line, Section
from services.requests.schemas.refusals import MemberNotDescribed
from services.townhall import french_dates, names, person, postal_address
from services.townhall.person import CIVILITIES, MEANS, MEANS_OF_REQUEST, PHONES
from services.townhall.person_fields import MISSING, Errors, PersonFields
from services.townhall.untyped import parts, text

NUMBERS = frozenset({"phone", *PHONES})
"""The number of a request, and those of requests of earlier releases."""
MISSING_AT_COUNTER = {
    **MISSING,
    "given_names": "Indiquez les prénoms de la personne.",
    "birth_name": "Indiquez le nom de naissance de la personne.",
    "usage_name": "Indiquez le nom de la personne.",
    "birth_date": "Indiquez la date de naissance de la personne.",
    "birth_place": "Indiquez la commune de naissance de la personne.",
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
    given = as_asked(definition, nested(raw))
    fields = PersonFields(form=given, errors=errors, missing=MISSING_AT_COUNTER if at_counter else MISSING)
    by_post = at_counter and person.is_empty(fields.typed("email"))
    kind = raw.get("kind") or asked.kinds[0]
    if not isinstance(kind, str) or kind not in asked.kinds:
        fields.refuse("kind", "Choisissez qui fait la demande.")
        kind = asked.kinds[0]
    values: Applicant = {"kind": kind}
    mandatory = asked.mandatory(kind)
    if by_post:
        mandatory = mandatory - {Detail.EMAIL} | {Detail.ADDRESS}
    for detail in _kept(definition, at_counter=at_counter):
        if value := _read(fields, detail, today, required=detail in mandatory):
            values[detail.value] = value
    if kind != "person":
        required = ("name", "siret" if kind == "company" else "rna")
        values["organisation"] = fields.part("organisation").given(("name", "role", "siret", "rna"), required)
    means = asked.means(at_counter=at_counter)
    if len(means) > 1:
        known = {*values, *(path.partition(".")[0] for path in errors)}
        values["preferred_contact"] = _preferred_contact(fields, known, means, by_post=by_post, at_counter=at_counter)
    return values, errors


def asked_of(definition: Procedure, who: Mapping[str, object]) -> Applicant:
    """Of what is known of somebody, what the procedure asks; a means of contact that it does not ask for is e-mail."""
    asked, known = definition.applicant, as_asked(definition, who)
    means = asked.means()
    if "preferred_contact" in known and known["preferred_contact"] not in means:
        known["preferred_contact"] = "email"
    kept = {"kind", "organisation", *asked.details, *(["preferred_contact"] if len(means) > 1 else [])}
    return {name: value for name, value in known.items() if name in kept and value}


def as_asked(definition: Procedure, who: Mapping[str, object]) -> Applicant:
    """The same with the one number of a request, and with the only name where one is asked and the other is given."""
    known = with_one_phone(who)
    if Detail.BIRTH_NAME not in definition.applicant.details and person.is_empty(known.get("usage_name")):
        known |= {"usage_name": known.pop("birth_name")} if "birth_name" in known else {}
    return known


def with_one_phone(who: Mapping[str, object]) -> Applicant:
    """The details with the one number of a request: of those that a profile, an earlier release or a program names, the
    preferred one, else the first."""
    preferred = text(who.get("preferred_contact"))
    named = [name for name in ("phone", preferred, *PHONES) if name in NUMBERS and name in who]
    known = {name: value for name, value in who.items() if name not in NUMBERS}
    if named:
        known["phone"] = next((who[name] for name in named if not person.is_empty(who[name])), "")
    return known | ({"preferred_contact": "phone"} if preferred in PHONES else {})


def without_name_before(kept: Mapping[str, object]) -> Applicant:
    """What an earlier release kept: the one number where it stands under two names; as it is where there is no `phone`."""
    return with_one_phone(kept) if "phone" in kept else dict(kept)


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


def not_asked(definition: Procedure, raw: Mapping[str, object], *, at_counter: bool = False) -> Errors:
    """One sentence for each detail that the procedure does not ask of an applicant."""
    asked = {"kind", "organisation", *_kept(definition, at_counter=at_counter)}
    if not definition.applicant.asks or len(definition.applicant.means(at_counter=at_counter)) > 1:
        asked.add("preferred_contact")
    given = as_asked(definition, nested(raw))
    return {name: "Ce renseignement n’est pas demandé." for name in given if name not in asked}


def full_name(applicant: Mapping[str, object]) -> str:
    """How the town addresses the applicant: the organisation, or the person."""
    return text(parts(applicant.get("organisation")).get("name")) or names.full_name(applicant)


NO_REMINDER = "Sans courriel, aucun rappel n’est envoyé : gardez la date."


def reached(applicant: Applicant) -> str | None:
    """How agents contact the person besides the mails; None where there are mails only."""
    preferred = text(applicant.get("preferred_contact")) or "email"
    by_mail = bool(applicant.get("email"))
    beside = "En plus du courriel, un agent" if by_mail else "Un agent"
    if preferred in NUMBERS and applicant.get(preferred):
        news = "une nouvelle ou un rappel" if by_mail else "une nouvelle"
        said = f"{beside} vous appelle au {applicant[preferred]} quand la mairie a {news} pour vous."
        return said if by_mail else f"{said} {NO_REMINDER}"
    if preferred != "postal":
        return None
    said = f"{beside} vous écrit par courrier quand la mairie a une nouvelle pour vous."
    return f"{said} {'Les rappels, eux, partent par courriel seul.' if by_mail else NO_REMINDER}"


def labelled(applicant: Mapping[str, object]) -> tuple[Section, ...]:
    """Sections as a person reads them, of the details that were given."""
    applicant = without_name_before(applicant)
    organisation = parts(applicant.get("organisation"))
    born = text(applicant.get("birth_date"))
    labels = MEANS | MEANS_OF_REQUEST
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
            *((label, applicant.get(name)) for name, label in labels.items() if name != "postal"),
            ("Moyen de contact préféré", labels.get(text(applicant.get("preferred_contact")))),
        ],
    }
    return tuple(
        Section(title=title, lines=tuple(Line(label=label, value=str(value)) for label, value in lines if value))
        for title, lines in sections.items()
        if any(value for _, value in lines)
    )


def _kept(definition: Procedure, *, at_counter: bool) -> tuple[Detail, ...]:
    """What is kept where it is given: what is asked, at the counter an address too; where nothing is declared, all."""
    asked = definition.applicant
    if not asked.asks:
        return tuple(Detail)
    return tuple(one for one in Detail if one in asked.details or (at_counter and one is Detail.ADDRESS))


def _read(fields: PersonFields, detail: Detail, today: date, *, required: bool) -> object:
    match detail:
        case Detail.BIRTH_DATE:
            return fields.birth_date(today, required=required)
        case Detail.ADDRESS:
            return fields.read(detail.value, person.address, required=required)
        case (
            Detail.CIVILITY
            | Detail.GIVEN_NAMES
            | Detail.BIRTH_NAME
            | Detail.USAGE_NAME
            | Detail.BIRTH_PLACE
            | Detail.EMAIL
            | Detail.PHONE
        ):
            return fields.take(detail.value, required=required)
        case _:
            assert_never(detail)


def _preferred_contact(
    fields: PersonFields, given: Collection[str], means: Collection[str], *, by_post: bool, at_counter: bool
) -> str:
    """The means, whose detail must be given too: as a value, or a wrong one that is refused already."""
    chosen = fields.read("preferred_contact", person.one_of(means))
    preferred = chosen or ("postal" if by_post else "email")
    detail = "address" if preferred == "postal" else preferred
    if detail not in given:
        asked = {"postal": "l’adresse", "email": "le courriel"} if at_counter else {"postal": "votre adresse"}
        what = asked.get(preferred, "ce numéro")
        fields.refuse(detail, f"Indiquez {what}, ou choisissez un autre moyen de contact.")
    return preferred
