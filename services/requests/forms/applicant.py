"""Who asks: the snapshot of identity and contact details that is frozen at submission; pure.

A person gives names; a company its name and SIRET, an association its name and RNA number (glossary R2). With
`identity: full` a postal address is asked as well, with `contact` a name and an e-mail address are enough. The e-mail
address is asked of everybody who files online, for the acknowledgement goes there (R3, R4); a phone only of who prefers to
be called. At the counter a person may have no e-mail address (R16): what the town writes is then posted, and the postal
address is mandatory.
"""

from collections.abc import Callable, Mapping
from datetime import date

from services.chassis.dotted_names import nested
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.schemas.own_data import Line, Section
from services.requests.schemas.refusals import MemberNotDescribed
from services.townhall import french_dates, names, person, postal_address
from services.townhall.person import CIVILITIES, MEANS, PHONES, Wrong
from services.townhall.untyped import parts, text

DETAILS = frozenset(
    {"kind", "civility", "given_names", "birth_name", "usage_name", "birth_date", "birth_place", "email", *PHONES}
    | {"address", "organisation", "preferred_contact"}
)
MISSING = {
    "given_names": "Indiquez vos prénoms.",
    "birth_name": "Indiquez votre nom de naissance.",
    "usage_name": "Indiquez votre nom.",
    "email": "Indiquez votre courriel.",
    "address": "Indiquez votre adresse.",
    "name": "Indiquez le nom de l’organisme.",
    "siret": "Indiquez le numéro SIRET de l’entreprise.",
    "rna": "Indiquez le numéro RNA de l’association.",
}
"""What is said of each mandatory detail that was left out."""
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
Errors = dict[str, str]


def clean(
    definition: Procedure, raw: Mapping[str, object], *, today: date, at_counter: bool = False
) -> tuple[Applicant, Errors]:
    """The applicant, and one French sentence for each detail that is missing or wrong.

    Errors are keyed by dotted name: `given_names`, `organisation.siret`, `address.postcode`, `email`. `at_counter`: an agent
    types for a person, who may have no e-mail address; the postal address is then mandatory.
    """
    asked = definition.applicant
    reader = _Reader(nested(raw), MISSING_AT_COUNTER if at_counter else MISSING)
    by_post = at_counter and person.is_empty(reader.raw.get("email"))
    kind = raw.get("kind") or asked.kinds[0]
    if not isinstance(kind, str) or kind not in asked.kinds:
        reader.errors["kind"] = "Choisissez qui fait la demande."
        kind = asked.kinds[0]
    reader.values["kind"] = kind
    full = asked.identity == "full"
    if full:
        reader.take("civility", person.one_of(CIVILITIES))
    reader.take("given_names", person.name, required=True)
    reader.take("birth_name", person.name, required=full)
    reader.take("usage_name", person.name, required=not full and not reader.values.get("birth_name"))
    reader.take("birth_date", lambda value: person.birth_date(value, today))
    reader.take("birth_place", person.line)
    reader.take("email", person.email, required=not by_post)
    for phone in PHONES:
        reader.take(phone, person.phone)
    reader.take("address", person.address, required=by_post or (full and kind == "person"))
    if kind != "person":
        _organisation(reader, kind)
    if full:
        _preferred_contact(reader, by_default="postal" if by_post else "email")
    return reader.values, reader.errors


def described_member(raw: Mapping[str, object], *, today: date) -> Applicant:
    """For whom an agent at the counter says that the request is made: names, day of birth and relation as they are kept.

    Raises MemberNotDescribed with a sentence for each that is missing or wrong, by dotted name. An account knows the members
    of its family.
    """
    reader = _Reader(raw, MISSING_OF_MEMBER)
    for name in ("given_names", "birth_name", "usage_name"):
        reader.take(name, person.name, required=name in MISSING_OF_MEMBER)
    reader.take("birth_date", lambda value: person.birth_date(value, today))
    if reader.errors:
        raise MemberNotDescribed(fields={f"member.{name}": message for name, message in reader.errors.items()})
    relation = raw.get("relation")
    return reader.values | ({"relation": relation} if isinstance(relation, str) and relation else {})


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


class _Reader:
    """Reads one detail after the other, keeping values and errors."""

    def __init__(self, raw: Mapping[str, object], missing: Mapping[str, str]) -> None:
        self.raw = raw
        self.missing = missing
        self.values: Applicant = {}
        self.errors: Errors = {}

    def take(self, name: str, read: Callable[[object], object], *, required: bool = False) -> None:
        value = self.raw.get(name)
        if person.is_empty(value):
            if required:
                self.errors[name] = self.missing[name]
            return
        try:
            self.values[name] = read(value)
        except Wrong as wrong:
            self.errors |= wrong.at(name)


def _organisation(reader: _Reader, kind: str) -> None:
    inner = _Reader(parts(reader.raw.get("organisation")), reader.missing)
    inner.take("name", person.organisation_name, required=True)
    inner.take("role", person.line)
    company = kind == "company"
    inner.take("siret", person.siret, required=company)
    inner.take("rna", person.rna, required=not company)
    reader.values["organisation"] = inner.values
    reader.errors |= {f"organisation.{name}": message for name, message in inner.errors.items()}


def _preferred_contact(reader: _Reader, *, by_default: str) -> None:
    reader.take("preferred_contact", person.one_of(MEANS))
    preferred = text(reader.values.setdefault("preferred_contact", by_default))
    detail = "address" if preferred == "postal" else preferred
    given = {*reader.values, *(path.partition(".")[0] for path in reader.errors)}
    if detail in DETAILS - given:
        asked = (
            {"postal": "l’adresse", "email": "le courriel"}
            if reader.missing is MISSING_AT_COUNTER
            else {"postal": "votre adresse"}
        )
        reader.errors[detail] = (
            f"Indiquez {asked.get(preferred, 'ce numéro')}, ou choisissez un autre moyen de contact."
        )
