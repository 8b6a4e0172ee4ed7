"""One field of a form: from what was typed to a value, or to a sentence that says what to do; pure.

Raw values are strings from a page or JSON values from the API; the value has the field's own type:
text, longtext, email, phone, choice -> str; date -> ISO str; number -> int or float; multichoice -> list[str];
checkbox -> True; address -> dict of `line1, line2, postcode, city, country`.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, assert_never

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from services.procedures.schemas.definitions.forms import Bound, Field, FieldType
from services.townhall import french_dates, postal_address
from services.townhall import missing as sentence
from services.townhall.french_names import COUNTRIES, FRANCE
from services.townhall.lengths import LONGEST
from services.townhall.town_time import told_day

MOST_FIGURES = 12
"""Before the comma of a number."""
TRUE, FALSE = ("on", "true", "1", "oui"), ("off", "false", "0", "non")


PAST = "Cette date est passée : indiquez aujourd’hui ou une date à venir."
FUTURE = "Cette date est dans l’avenir : indiquez aujourd’hui ou une date passée."


class Wrong(Exception):
    """The value cannot be accepted; the message tells the person what to do, in French."""

    def at(self, name: str) -> dict[str, str]:
        """The sentences by dotted name, for a field of that name."""
        return {name: str(self)}


class WrongParts(Wrong):
    """Some parts of the value cannot be accepted: a sentence for each of them."""

    def __init__(self, parts: dict[str, str]) -> None:
        super().__init__(" ".join(parts.values()))
        self.parts = parts

    def at(self, name: str) -> dict[str, str]:
        return {f"{name}.{part}": sentence for part, sentence in self.parts.items()}


def is_empty(raw: Any) -> bool:
    """Whether nothing was answered."""
    if isinstance(raw, str):
        return not raw.strip()
    if isinstance(raw, Mapping):
        return all(is_empty(part) for name, part in raw.items() if name != "country")
    return raw is None or raw is False or raw in ([], ())


def read(field: Field, raw: Any, today: date) -> Any:
    """The value of the field; raises Wrong. `raw` is not empty."""
    match field.type:
        case FieldType.TEXT | FieldType.LONGTEXT:
            return _read_text(field, raw)
        case FieldType.DATE:
            return _read_date(field, raw, today)
        case FieldType.EMAIL:
            return email(raw)
        case FieldType.PHONE:
            return phone(raw)
        case FieldType.ADDRESS:
            return address(raw)
        case FieldType.NUMBER:
            return _read_number(field, raw)
        case FieldType.CHOICE | FieldType.MULTICHOICE:
            return _read_choices(field, raw)
        case FieldType.CHECKBOX:
            return _read_checkbox(raw)
        case FieldType.FILES:
            raise Wrong("Cette question attend un fichier.")
        case _:
            assert_never(field.type)


def missing(field: Field) -> str:
    """What to say when a mandatory field was left empty."""
    return sentence.missing(field.type, field.label)


def email(raw: Any) -> str:
    """A well-formed e-mail address, normalised; raises Wrong. Whether it exists is not asked of anyone."""
    try:
        return validate_email(as_text(raw), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Wrong("Indiquez une adresse de la forme nom@domaine.fr.") from None


def phone(raw: Any) -> str:
    """A possible phone number, French ones in national form; raises Wrong."""
    try:
        number = phonenumbers.parse(as_text(raw), "FR")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Wrong("Indiquez un numéro à dix chiffres, ou précédé de + et de l’indicatif du pays.")
    national = number.country_code == 33
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def address(raw: Any) -> dict[str, str]:
    """A postal address with its mandatory parts; raises WrongParts with every line at fault. Abroad, a postcode is as it is."""
    if not isinstance(raw, Mapping) or set(raw) - set(postal_address.LONGEST):
        raise Wrong("Indiquez une adresse.")
    parts = {name: as_text(raw.get(name) or "") for name in postal_address.LONGEST}
    parts["country"] = (parts["country"] or FRANCE).upper()
    wrong = {
        name: f"Limitez cette ligne à {longest} caractères."
        for name, longest in postal_address.LONGEST.items()
        if len(parts[name]) > longest
    }
    if not parts["line1"]:
        wrong["line1"] = "Indiquez le numéro et la voie."
    if parts["country"] == FRANCE:
        parts["postcode"] = postal_address.french_postcode(parts["postcode"])
        if not parts["postcode"]:
            wrong["postcode"] = "Indiquez un code postal à cinq chiffres."
    if not parts["city"]:
        wrong["city"] = "Indiquez la commune."
    if parts["country"] not in COUNTRIES:
        wrong["country"] = "Choisissez un pays de la liste."
    if wrong:
        raise WrongParts(wrong)
    return parts


def day(raw: Any) -> date:
    """A calendar day, as a browser (2026-11-24) or a person (24/11/2026) writes it; raises Wrong."""
    text = as_text(raw)
    french = re.fullmatch(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", text)
    try:
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Wrong("Indiquez une date qui existe, par exemple 24/11/2026.")


def as_text(raw: Any) -> str:
    """A text as it was typed, without the spaces around it; raises Wrong."""
    if not isinstance(raw, str):
        raise Wrong("Indiquez un texte.")
    if any(ord(character) < 32 and character not in "\r\n\t" for character in raw):
        raise Wrong("Retirez les caractères invisibles de cette réponse.")
    return raw.strip().replace("\r\n", "\n")


def _read_text(field: Field, raw: Any) -> str:
    text = as_text(raw)
    if field.type is FieldType.TEXT and "\n" in text:
        raise Wrong("Répondez sur une seule ligne.")
    longest = field.max_length or LONGEST[field.type]
    if len(text) > longest:
        raise Wrong(f"Votre réponse compte {len(text)} caractères : limitez-la à {longest}.")
    shortest = field.min_length or 0
    if len(text) < shortest:
        raise Wrong(f"Votre réponse est trop courte : au moins {shortest} caractères.")
    return _matching(field, text)


def _matching(field: Field, text: str) -> str:
    pattern = field.pattern
    if pattern is None or re.fullmatch(pattern, text):
        return text
    # What differs only by case or spaces is mended rather than refused.
    tight = re.sub(r"\s", "", text)
    for mended in (tight, tight.upper(), tight.lower()):
        if re.fullmatch(pattern, mended):
            return mended
    raise Wrong(
        f"Cette réponse n’a pas la forme {'indiquée' if field.help else 'attendue'}."
    )  # the help stays beside it


def _read_date(field: Field, raw: Any, today: date) -> str:
    value = day(raw)
    if field.min is not None and value < (first := told_day(str(field.min), today)):
        raise Wrong(PAST if first == today else f"Indiquez une date à partir du {french_dates.short_day(first)}.")
    if field.max is not None and value > (last := told_day(str(field.max), today)):
        raise Wrong(FUTURE if last == today else f"Indiquez une date au plus tard le {french_dates.short_day(last)}.")
    return value.isoformat()


def _read_number(field: Field, raw: Any) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Wrong("Indiquez un nombre.")
    try:
        value = Decimal(re.sub(r"\s", "", str(raw)).replace(",", "."))
    except InvalidOperation:
        raise Wrong("Indiquez un nombre, en chiffres.") from None
    if not value.is_finite() or value.adjusted() >= MOST_FIGURES:
        raise Wrong("Indiquez un nombre, en chiffres.")
    if field.min is not None and value < Decimal(str(field.min)):
        raise Wrong(f"Indiquez un nombre d’au moins {_french(field.min)}.")
    if field.max is not None and value > Decimal(str(field.max)):
        raise Wrong(f"Indiquez un nombre d’au plus {_french(field.max)}.")
    return int(value) if value == value.to_integral_value() else float(value)


def _read_choices(field: Field, raw: Any) -> str | list[str]:
    return _read_choice(field, raw) if field.type is FieldType.CHOICE else _read_multichoice(field, raw)


def _read_choice(field: Field, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in field.choices:
        raise Wrong("Choisissez une réponse de la liste.")
    return raw


def _read_multichoice(field: Field, raw: Any) -> list[str]:
    chosen = [raw] if isinstance(raw, str) else raw
    if not isinstance(chosen, list | tuple) or not all(isinstance(c, str) and c in field.choices for c in chosen):
        raise Wrong("Choisissez des réponses de la liste.")
    return [choice for choice in field.choices if choice in chosen]


def _read_checkbox(raw: Any) -> bool:
    if raw is True or (isinstance(raw, str) and raw.lower() in TRUE):
        return True
    if isinstance(raw, str) and raw.lower() in FALSE:
        return False
    raise Wrong("Cochez ou décochez la case.")


def _french(number: Bound) -> str:
    return str(number).replace(".", ",")
