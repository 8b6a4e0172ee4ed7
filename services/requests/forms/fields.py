"""One field of a form: from what was typed to a value, or to a sentence that says what to do; pure.

Raw values are strings from a page or JSON values from the API; the value has the field's own type:
text, longtext, email, phone, choice -> str; date -> ISO str; number -> int or float; multichoice -> list[str];
checkbox -> True; address -> dict of `line1, line2, postcode, city, country`; position -> dict of `words, lat, lon`,
the first or the other two where one of them was not given.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import assert_never

from services.procedures.schemas.definitions.forms import Field, FieldType
from services.townhall import french_dates, person, positions
from services.townhall.lengths import LONGEST
from services.townhall.person import Wrong, as_text
from services.townhall.sentences import count, number
from services.townhall.town_time import resolved_day
from services.townhall.untyped import is_list

MOST_FIGURES = 12
"""Before the comma of a number."""
TRUE, FALSE = ("on", "true", "1", "oui"), ("off", "false", "0", "non")
PAST = "Cette date est passée : indiquez aujourd’hui ou une date à venir."
FUTURE = "Cette date est dans l’avenir : indiquez aujourd’hui ou une date passée."


def read(field: Field, raw: object, today: date) -> object:  # noqa: C901 one case a type
    """The value of the field; raises Wrong. `raw` is not empty."""
    match field.type:
        case FieldType.TEXT | FieldType.LONGTEXT:
            return _read_text(field, raw)
        case FieldType.DATE:
            return _read_date(field, raw, today)
        case FieldType.EMAIL:
            return person.email(raw)
        case FieldType.PHONE:
            return person.phone(raw)
        case FieldType.ADDRESS:
            return person.address(raw)
        case FieldType.POSITION:
            return positions.read(raw)
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


def _read_text(field: Field, raw: object) -> str:
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


OF_A_LENGTH = re.compile(r"\^(?P<first>\w*)\[[^\]]+\]\{(?P<rest>\d+)\}\$")


def _matching(field: Field, text: str) -> str:
    pattern = field.pattern
    if pattern is None or re.fullmatch(pattern, text):
        return text
    # What differs only by case or spaces is mended rather than refused.
    tight = re.sub(r"\s", "", text)
    for mended in (tight, tight.upper(), tight.lower()):
        if re.fullmatch(pattern, mended):
            return mended
    # The help stays beside it.
    raise Wrong(
        _counted(pattern, tight) or f"Cette réponse n’a pas la forme {'indiquée' if field.help else 'attendue'}."
    )


def _counted(pattern: str, text: str) -> str:
    """What is wrong with the length, where the pattern is so many characters of a kind, after a few that are written out."""
    fixed = OF_A_LENGTH.fullmatch(pattern)
    if fixed is None:
        return ""
    wanted = len(fixed["first"]) + int(fixed["rest"])
    if len(text) < wanted:
        return f"Il manque {count(wanted - len(text), 'caractère')} : il en faut {wanted}."
    return (
        f"Il y a {count(len(text) - wanted, 'caractère')} de trop : il en faut {wanted}." if len(text) > wanted else ""
    )


def _read_date(field: Field, raw: object, today: date) -> str:
    value = person.day(raw)
    if field.min is not None and value < (first := resolved_day(str(field.min), today)):
        raise Wrong(PAST if first == today else f"Indiquez une date à partir du {french_dates.short_day(first)}.")
    if field.max is not None and value > (last := resolved_day(str(field.max), today)):
        raise Wrong(FUTURE if last == today else f"Indiquez une date au plus tard le {french_dates.short_day(last)}.")
    return value.isoformat()


def _read_number(field: Field, raw: object) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Wrong("Indiquez un nombre.")
    try:
        value = Decimal(re.sub(r"\s", "", str(raw)).replace(",", "."))
    except InvalidOperation:
        raise Wrong("Indiquez un nombre, en chiffres.") from None
    if not value.is_finite() or value.adjusted() >= MOST_FIGURES:
        raise Wrong("Indiquez un nombre, en chiffres.")
    if field.min is not None and value < Decimal(str(field.min)):
        raise Wrong(f"Indiquez un nombre d’au moins {number(field.min, spaced=False)}.")
    if field.max is not None and value > Decimal(str(field.max)):
        raise Wrong(f"Indiquez un nombre d’au plus {number(field.max, spaced=False)}.")
    return int(value) if value == value.to_integral_value() else float(value)


def _read_choices(field: Field, raw: object) -> str | list[str]:
    if field.type is FieldType.CHOICE:
        if not isinstance(raw, str) or raw not in field.choices:
            raise Wrong("Choisissez une réponse de la liste.")
        return raw
    chosen = [raw] if isinstance(raw, str) else raw
    if not is_list(chosen) or not all(isinstance(c, str) and c in field.choices for c in chosen):
        raise Wrong("Choisissez des réponses de la liste.")
    return [choice for choice in field.choices if choice in chosen]


def _read_checkbox(raw: object) -> bool:
    if raw is True or (isinstance(raw, str) and raw.lower() in TRUE):
        return True
    if isinstance(raw, str) and raw.lower() in FALSE:
        return False
    raise Wrong("Cochez ou décochez la case.")
