"""What « Mes informations » and « Je crée mon espace » ask about a person, under the same names; pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from gateway.pages.components import birth_dates
from gateway.pages.components.controls import COUNTRY_CHOICES, Control, Typed, errors_at
from gateway.shared.asked_details import label_of
from services.accounts.schemas.people import Relative
from services.procedures.schemas.definitions.procedures import Detail, Procedure
from services.townhall.names import full_name
from services.townhall.person import CIVILITIES, KINDS, LABELS, MEANS, MEANS_OF_REQUEST, PHONES
from services.townhall.untyped import parts, text

AUTOCOMPLETE = {
    "given_names": "given-name",
    "birth_name": "family-name",
    "usage_name": "family-name",
    "birth_date": "bday",
    "email": "email",
    "phone": "tel",
    "mobile_phone": "tel",
    "home_phone": "home tel",
    "work_phone": "work tel",
    "organisation.name": "organization",
    "organisation.role": "organization-title",
}

_CHOICES_OF_CIVILITY = tuple((value, label or "Ne pas préciser") for value, label in CIVILITIES.items())
_CIVILITY = Control("civility", LABELS["civility"], "radios", choices=_CHOICES_OF_CIVILITY)
_GIVEN_NAMES = Control("given_names", LABELS["given_names"], "text", required=True, max_length=100)
_BIRTH_NAME = Control("birth_name", LABELS["birth_name"], "text", required=True, max_length=100)
_USAGE_NAME = Control(
    "usage_name", LABELS["usage_name"], "text", max_length=100, help="S’il diffère du nom de naissance."
)
_BIRTH_DATE = Control("birth_date", LABELS["birth_date"], "birth_date")
_BIRTH_PLACE = Control("birth_place", LABELS["birth_place"], "text", max_length=100)
ADDRESS = Control("address", LABELS["address"], "address", required=True, choices=COUNTRY_CHOICES)
_EMAIL = Control(
    "email",
    LABELS["email"],
    "email",
    required=True,
    help=(
        "Obligatoire même si vous préférez un autre moyen de contact : l’accusé de réception et le lien de suivi y sont "
        "envoyés. Sans courriel, faites la démarche au guichet ou par courrier."
    ),
)
_ONLY_MEANS = (
    "L’accusé de réception et le lien de suivi y sont envoyés. Sans courriel, faites la démarche au guichet ou par "
    "courrier."
)
"""Of the address, where no other means of contact is proposed."""
_IF_PREFERRED = "Obligatoire si c’est votre moyen de contact préféré."
_PHONE = Control("phone", LABELS["phone"], "phone", width="w-20", help=_IF_PREFERRED)
_PHONES = tuple(replace(_PHONE, name=name, label=MEANS[name]) for name in PHONES)
_PREFERRED = Control(
    "preferred_contact",
    "Moyen de contact préféré",
    "radios",
    choices=tuple(MEANS.items()),
    value="email",
    help=(
        "La mairie vous écrit toujours par courriel. Si vous préférez le téléphone ou le courrier postal, un agent vous appelle "
        "ou vous écrit aussi. Un rappel vient par courriel, et par téléphone si vous le préférez."
    ),
)
_BY_PHONE = "La mairie vous écrit toujours par courriel. Si vous préférez le téléphone, un agent vous appelle aussi."
"""Where no letter is proposed."""

IDENTITY = (_CIVILITY, _GIVEN_NAMES, _BIRTH_NAME, _USAGE_NAME, _BIRTH_DATE, _BIRTH_PLACE)
"""What identifies a person."""
BY_DETAIL = {Detail(one.name): one for one in (*IDENTITY, ADDRESS, _EMAIL, _PHONE)}
"""What may be asked of who files."""
BY_MEANS = {"phone": Detail.PHONE, "postal": Detail.ADDRESS}
"""What has to be given by a person who prefers that means of contact."""
OWN_IDENTITY = tuple(replace(one, required=True) if one is _BIRTH_DATE else one for one in IDENTITY)
"""What identifies the holder of a space: the date of birth as well."""
PASSWORD = Control("password", "Mot de passe", "password", required=True, autocomplete="current-password")
"""The one that a person has."""
PASSWORDS = (
    replace(
        PASSWORD,
        autocomplete="new-password",
        help="Douze caractères au moins. Une phrase de quatre mots convient très bien ; vous pouvez la coller.",
    ),
    replace(PASSWORD, name="password_again", label="Mot de passe, une seconde fois", autocomplete="new-password"),
)
DIFFERENT = "Les deux mots de passe diffèrent : saisissez-les de nouveau."
"""Of the two fields of a new password."""
CODE = Control(
    "code",
    "Code à six chiffres",
    "text",
    required=True,
    max_length=10,
    inputmode="numeric",
    autocomplete="one-time-code",
    width="w-12",
    help="Celui que votre application affiche à présent pour cette clé.",
)
"""Of an application that makes one-time codes."""
CREDENTIALS = (
    Control(
        "username",
        "Nom d’utilisateur",
        "text",
        required=True,
        max_length=40,
        autocomplete="username",
        help="De 3 à 40 caractères : lettres, chiffres, point, tiret, tiret bas ou @.",
    ),
    *PASSWORDS,
)
ORGANISATION = (
    Control("organisation.name", "Nom de l’organisme", "text", max_length=100),
    Control("organisation.role", "Votre qualité", "text", max_length=100, help="Par exemple : présidence, gérance."),
    Control("organisation.siret", "Numéro SIRET", "text", inputmode="numeric", width="w-20", help="Quatorze chiffres."),
    Control("organisation.rna", "Numéro RNA", "text", width="w-20", help="La lettre W suivie de neuf chiffres."),
)
"""Of a company or an association: its name, the person's part in it, its numbers."""

LABEL_AT_COUNTER = {"organisation.role": "Qualité de la personne"}
HELP_AT_COUNTER = {
    "email": "Sans courriel, l’accusé de réception et ce que la mairie écrira s’impriment, puis se remettent ou se postent.",
    "preferred_contact": "Si la personne préfère le téléphone ou le courrier, un agent l’appelle ou lui écrit, en plus du courriel.",
    "phone": "Obligatoire si c’est le moyen de contact préféré.",
}
"""What an agent is asked of a person in other words."""
OWN_CONTACT = (
    replace(_EMAIL, help="Par exemple : prenom.nom@exemple.fr."),
    replace(_PREFERRED, required=True, value=""),
    *_PHONES,
)
"""How the holder of a space may be reached."""


def applicant_sections(
    definition: Procedure, values: Typed, errors: Mapping[str, str], *, at_counter: bool = False
) -> list[tuple[str, list[Control]]]:
    """The sections of « Mes informations » for this procedure; `at_counter`: as an agent fills them in for a person."""
    sections = _sections(definition, values, errors, at_counter=at_counter)
    return [(title, [_for_somebody(item) for item in items]) for title, items in sections] if at_counter else sections


def _for_somebody(item: Control) -> Control:
    """Nothing that the agent's own browser knows of the agent is proposed."""
    without_email = item.name == "address" and not item.required
    return replace(
        item,
        autocomplete="off",
        label=LABEL_AT_COUNTER.get(item.name, item.label),
        help="Obligatoire sans courriel." if without_email else HELP_AT_COUNTER.get(item.name, item.help),
        required=item.required and item.name != "email",
        value="" if item.name == "preferred_contact" else item.value,
    )


def _sections(
    definition: Procedure, values: Typed, errors: Mapping[str, str], *, at_counter: bool
) -> list[tuple[str, list[Control]]]:
    """What the procedure asks, under one heading where it asks for no postal address."""
    asked = definition.applicant
    kind = next((one for one in asked.kinds if one == values.get("kind")), asked.kinds[0])
    own = {control.name: control for control in _own(definition, values, kind, at_counter=at_counter)}
    identity = [own[one.name] for one in IDENTITY if one.name in own]
    contact = [own[name] for name in ("email", "preferred_contact", "phone") if name in own]
    place = [own["address"]] if "address" in own else []
    sections = _who_files(definition, kind)
    if Detail.ADDRESS in asked.details:
        sections += [("Identité", identity), ("Adresse", place), ("Moyens de contact", contact)]
    else:
        sections.append(("La personne" if at_counter else "Vous joindre", [*identity, *contact, *place]))
    known = {**values, "kind": kind}
    return [(title, filled(controls, known, errors)) for title, controls in sections]


def _own(definition: Procedure, values: Typed, kind: str, *, at_counter: bool) -> list[Control]:
    """What is asked of the person; at the counter an address may always be given."""
    asked, means = definition.applicant, definition.applicant.means(at_counter=at_counter)
    controls = {detail: BY_DETAIL[detail] for detail in asked.details}
    if Detail.BIRTH_NAME not in controls and Detail.USAGE_NAME in controls:
        controls[Detail.USAGE_NAME] = replace(_USAGE_NAME, label=label_of(Detail.USAGE_NAME, asked), help="")
    if len(means) == 1 and Detail.EMAIL in controls:
        controls[Detail.EMAIL] = replace(_EMAIL, help=_ONLY_MEANS)
    if at_counter:
        controls.setdefault(Detail.ADDRESS, ADDRESS)
    mandatory, preferred = asked.mandatory(kind), text(values.get("preferred_contact"))
    if len(means) > 1 and preferred in BY_MEANS:
        mandatory = mandatory | {BY_MEANS[preferred]}
    questions = [replace(control, required=detail in mandatory) for detail, control in controls.items()]
    choices = tuple((name, MEANS_OF_REQUEST[name]) for name in means)
    preferring = _PREFERRED if "postal" in means else replace(_PREFERRED, help=_BY_PHONE)
    return questions + ([replace(preferring, choices=choices)] if len(means) > 1 else [])


def _who_files(definition: Procedure, kind: str) -> list[tuple[str, list[Control]]]:
    """In whose name the request is made, where there is a choice, and what is asked of an organisation."""
    kinds = definition.applicant.kinds
    organisations = [name for name in kinds if name != "person"]
    sections: list[tuple[str, list[Control]]] = []
    if len(kinds) > 1:
        who = Control(
            "kind",
            "Cette demande est faite par",
            "radios",
            required=True,
            choices=tuple((name, KINDS[name]) for name in kinds),
            decides=True,
        )
        sections.append(("Qui fait la demande", [who]))
    if organisations:
        sections.append(("Organisme", organisation(organisations, kind, several=len(kinds) > 1)))
    return sections


def organisation(kinds: list[str], kind: str, *, several: bool) -> list[Control]:
    """What is asked of a company or an association, shown when one of them asks: always, where no one else may."""
    when = json.dumps({"field": "kind", "any_of": kinds}) if several else ""
    name, role, siret, rna = [replace(one, when=when, shown=kind != "person") for one in ORGANISATION]
    controls = [replace(name, required=True), replace(role, max_length=None)]
    if "company" in kinds or "association" in kinds:
        needed = f"{siret.help} Obligatoire pour une entreprise."
        controls.append(replace(siret, help=needed, required=kind == "company"))
    if "association" in kinds:
        asks, when = kind == "association", json.dumps({"field": "kind", "equals": "association"})
        controls.append(replace(rna, required=asks, shown=asks, when=when if several else ""))
    return controls


SECTIONS = ("identity", "contact", "phones", "credentials")
NO_ERRORS: Mapping[str, str] = MappingProxyType({})
"""Of a form as it is opened."""


def control_of(field: str) -> str:
    """The control of a service's field: `identity.birth_name` is `birth_name`."""
    section, _, rest = field.partition(".")
    return rest if section in SECTIONS and rest else field


def filled(controls: Iterable[Control], values: Typed, errors: Mapping[str, str]) -> list[Control]:
    """The same controls with what was typed and what is wrong."""
    return [_filled(item, _typed(values, item.name), errors) for item in controls]


def _filled(item: Control, typed: object, errors: Mapping[str, str]) -> Control:
    error, wrong_parts = errors_at(item.name, errors)
    return replace(
        item,
        value=item.value if typed is None else typed,
        error=error,
        wrong_parts=wrong_parts,
        autocomplete=item.autocomplete or AUTOCOMPLETE.get(item.name, ""),
    )


def _typed(values: Typed, name: str) -> object:
    """`organisation.siret` may be typed flat, as a form sends it, or nested, as a draft keeps it."""
    if name in values:
        return values[name]
    outer, dot, inner = name.partition(".")
    return parts(values.get(outer)).get(inner) if dot else None


UNDECIDED = "?"
"""No choice: not even oneself is proposed."""


def member_control(
    definition: Procedure,
    members: Iterable[Relative],
    chosen: str | None,
    errors: Mapping[str, str],
    *,
    anew: bool = False,
) -> Control:
    """For whom the request is made, as the procedure allows; `anew`: the member chosen before has left the family."""
    wanted = definition.relations
    concerned = [member for member in members if not wanted or member.relation in wanted]
    people = [(member.id, full_name(vars(member))) for member in concerned]
    oneself = [("", "Moi-même")] if definition.about == "either" else []
    return Control(
        "member",
        "Pour qui faites-vous cette demande ?",
        "radios",
        required=definition.about == "member" or anew,
        choices=tuple(oneself + people),
        value=chosen or (UNDECIDED if anew else ""),
        error=errors.get("member", ""),
    )


DESCRIBED = "member."


def somebody_controls(definition: Procedure, values: Typed, errors: Mapping[str, str]) -> list[Control]:
    """For whom an agent files, described: names and day of birth. Left out, it is for who asks, where that may be."""
    wanted = definition.about == "member"
    asked = (_GIVEN_NAMES, _BIRTH_NAME, _BIRTH_DATE)
    named = [replace(one, name=f"{DESCRIBED}{one.name}", required=wanted and one.required) for one in asked]
    typed = {f"{DESCRIBED}{name}": value for name, value in values.items()}
    return [replace(item, autocomplete="off") for item in filled(named, typed, errors)]


def described_in(form: Mapping[str, str]) -> dict[str, str] | None:
    """What the form holds of a person; None where it holds nothing."""
    names = ("given_names", "birth_name", "birth_date")
    born = birth_dates.whole(form)
    said = {name: (born.get(f"{DESCRIBED}{name}") or form.get(f"{DESCRIBED}{name}", "")).strip() for name in names}
    return {name: value for name, value in said.items() if value} or None
