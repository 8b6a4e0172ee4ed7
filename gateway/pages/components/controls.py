"""From a field of a definition to what a form shows; pure. The template `components/field.html` draws a Control."""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from typing import assert_never

from gateway.pages.components import birth_dates
from gateway.pages.components.accepted import accepted, hour_width
from gateway.pages.components.words import after_colon
from services.procedures.schemas.definitions.forms import Condition, Field, FieldType, StopLink, TextToRead
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.towns import TownMap
from services.procedures.schemas.definitions.values import Bound
from services.townhall import positions
from services.townhall.french_names import COUNTRIES, FRANCE
from services.townhall.lengths import LONGEST
from services.townhall.missing import beside
from services.townhall.town_time import resolved_day
from services.townhall.typography import NBSP
from services.townhall.untyped import is_list, parts

Typed = Mapping[str, object]
"""What was typed, by question: it may be wrong."""

RADIOS_AT_MOST = 7
ADDRESS_PARTS = {
    "line1": "Numéro et voie",
    "line2": "Complément d’adresse",
    "postcode": "Code postal",
    "city": "Commune",
    "country": "Pays",
}
COUNTRY_CHOICES = tuple(COUNTRIES.items())
"""The choices of an address that may lie abroad; one without any is in France."""
FIRSTS = {
    "address": "line1",
    "birth_date": birth_dates.PARTS[0],
    "position": "words",
    **dict.fromkeys(("radios", "checkboxes"), "1"),
}
"""The part of a question that takes the focus, by its kind."""
WIDTHS = {"date": "w-12", "phone": "w-20", "number": "w-8"}
_WORDS = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True)
class Stop:
    """An answer that ends the procedure: its condition as scripts read it, what is said, who can help, whether it was given."""

    when: str
    message: str
    link: StopLink | None
    given: bool


@dataclass(frozen=True)
class Control:
    """One question, ready to be drawn: what it is called, what was typed, what is wrong with it."""

    name: str
    label: str
    kind: str
    _: KW_ONLY
    required: bool = False
    value: object = ""
    error: str = ""
    wrong_parts: Mapping[str, str] = field(default_factory=dict[str, str])
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    autocomplete: str = ""
    inputmode: str = ""
    width: str = ""
    minimum: str = ""
    maximum: str = ""
    max_length: int | None = None
    min_length: int | None = None
    when: str = ""
    shown: bool = True
    formats: tuple[str, ...] = ()
    max_files: int = 1
    decides: bool = False
    stops: tuple[Stop, ...] = ()
    """The answers that end the procedure."""
    elsewhere: str = ""
    """What another page of the same draft answers, in words, where that is another answer."""
    agrees_to: TextToRead | None = None
    """The text that ticking the box accepts."""
    in_order: bool = False
    """Whether its choices are the steps of a scale: read one under the other."""
    map: TownMap | None = None
    """On which a place is pointed at."""

    @property
    def id(self) -> str:
        return "z-" + self.name.replace(".", "-").replace("_", "-")

    @property
    def stopped(self) -> bool:
        """Whether the answer given ends the procedure: nothing more is asked."""
        return any(stop.given for stop in self.stops)

    @property
    def goes_on(self) -> str:
        """The answers with which the rest is not asked, as scripts read them."""
        return json.dumps({"field": self.name, "any_of": [json.loads(stop.when)["equals"] for stop in self.stops]})

    @property
    def target(self) -> str:
        """The id of what takes the focus when the error summary is followed."""
        return f"{self.id}-{FIRSTS[self.kind]}" if self.kind in FIRSTS else self.id

    @property
    def error_here(self) -> str:
        """What is wrong, as it is said under the label."""
        return beside(self.label, self.error)

    @property
    def described_by(self) -> str:
        """The ids of the help and of the error, for the control itself."""
        said = {"aide": self.help, "erreur": self.error, "ailleurs": self.elsewhere}
        return " ".join(f"{self.id}-{part}" for part, words in said.items() if words)

    def part(self, name: str) -> str:
        """One line of an address, or a part of a place, as it was typed."""
        if name == "words" and isinstance(self.value, str):
            return self.value
        return str(parts(self.value).get(name) or "")

    def of_birth(self, part: str) -> str:
        """Day, month or year of a birth date as it was typed."""
        return birth_dates.part(self.value, part)

    @property
    def placed(self) -> bool:
        """Whether a point is given, be it right or wrong."""
        return bool(self.part("lat") or self.part("lon")) and not self.part("removed")

    @property
    def place(self) -> str:
        """Where on the map, in words; empty where no point was placed, or one that cannot be read."""
        with suppress(positions.Wrong):
            value = {**parts(positions.read({**parts(self.value), "words": ""}))}
            return positions.in_words(value, self.map.landmarks if self.map else ())
        return ""

    @property
    def country(self) -> str:
        """Where its address lies, unless something else is chosen: in France."""
        return self.part("country") or FRANCE

    def listed(self) -> list[tuple[str, str]]:
        """Its errors for the summary: where each is mended, and what is said of it."""
        whole = [(f"#{self.target}", error_sentence(self.label, self.error))] if self.error else []
        return whole + [
            (
                f"#{self.id}-{part}",
                error_sentence(self._line_name(label, self.wrong_parts[part]), self.wrong_parts[part]),
            )
            for part, label in ADDRESS_PARTS.items()
            if part in self.wrong_parts
        ]

    def _line_name(self, label: str, error: str) -> str:
        """A line of the address as the summary names it."""
        return self.label if _names(error, label) else f"{self.label}, {label.lower()}"

    def chosen(self, value: str) -> bool:
        """Whether a choice is ticked."""
        return value in self.value if is_list(self.value) else value == str(self.value or "")


def request_controls(
    definition: Procedure, answers: Typed, errors: Mapping[str, str], shown: Iterable[str], today: date
) -> list[Control]:
    """The questions of « Ma demande », hidden ones included: scripts show them as soon as an answer calls for them."""
    visible = set(shown)
    deciding = _deciding(definition)
    texts = {text.slug: text for text in definition.texts}
    asked = [
        control(
            _placed(definition, field),
            _answered(definition, field, answers.get(field.name)),
            errors=errors,
            shown=field.name in visible,
            today=today,
            decides=field.name in deciding,
        )
        for field in definition.fields
        if field.type is not FieldType.FILES
    ]
    agreed = {field.name: texts[field.agrees_to] for field in definition.fields if field.agrees_to}
    return [
        replace(one, agrees_to=agreed.get(one.name), map=definition.map if one.kind == "position" else None)
        for one in asked
    ]


def _answered(definition: Procedure, field: Field, answer: object) -> object:
    """What was answered; of an address in a town of one postcode, the last line is filled in."""
    given = parts(answer)
    typed = any(given.get(part) for part in ADDRESS_PARTS if part != "country")
    town = definition.territory
    if typed or town is None or not field.in_town:
        return answer
    known = {"postcode": town.postcodes, "city": town.cities}
    return {part: only[0] for part, only in known.items() if len(only) == 1}


def _placed(definition: Procedure, field: Field) -> Field:
    """The field; of an address that must be in the town, with what that means as its help."""
    town = definition.territory
    if town is None or not field.in_town:
        return field
    where = f"Dans la commune{NBSP}: {town.name} ({', '.join(town.postcodes)})."
    return replace(field, help=" ".join(filter(None, (where, field.help))))


def control(
    field: Field, value: object, *, errors: Mapping[str, str], shown: bool = True, today: date, decides: bool = False
) -> Control:
    """One field of a definition; relative bounds are written as dates."""
    error, wrong_parts = errors_at(field.name, errors)
    dated = field.type is FieldType.DATE
    choices = tuple(field.choices.items())
    if field.type is FieldType.ADDRESS and not field.in_town:
        choices = COUNTRY_CHOICES
    return Control(
        field.name,
        field.label,
        _kind(field),
        required=field.required,
        value="" if value is None else value,
        error=error,
        wrong_parts=wrong_parts,
        help=" ".join(filter(None, (accepted(field, today), field.help))),
        choices=choices,
        inputmode="decimal" if field.type is FieldType.NUMBER else "",
        width=WIDTHS.get(field.type, "") or hour_width(field),
        minimum=_bound(field.min, today, dated=dated),
        maximum=_bound(field.max, today, dated=dated),
        max_length=field.max_length or LONGEST.get(field.type),
        min_length=field.min_length,
        when=condition_text(field.shown_when),
        shown=shown,
        decides=decides,
        stops=tuple(
            Stop(
                when=condition_text(Condition(field=field.name, equals=stop.equals)),
                message=stop.message,
                link=stop.link,
                given=shown and stop.equals == value,
            )
            for stop in field.stop
        ),
    )


def _kind(field: Field) -> str:
    """How `components/field.html` draws it."""
    match field.type:
        case FieldType.CHOICE:
            return "radios" if len(field.choices) <= RADIOS_AT_MOST else "select"
        case FieldType.MULTICHOICE:
            return "checkboxes"
        case FieldType.DATE:
            return "birth_date" if (field.prefill or "").endswith(".birth_date") else field.type.value
        case (
            FieldType.TEXT
            | FieldType.LONGTEXT
            | FieldType.EMAIL
            | FieldType.PHONE
            | FieldType.ADDRESS
            | FieldType.POSITION
            | FieldType.NUMBER
            | FieldType.CHECKBOX
            | FieldType.FILES
        ):
            return field.type.value
        case _:
            assert_never(field.type)


def errors_at(name: str, errors: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """What is wrong with that question as a whole, and with the lines of its address."""
    return errors.get(name, ""), {
        part: errors[f"{name}.{part}"] for part in ADDRESS_PARTS if f"{name}.{part}" in errors
    }


def condition_text(condition: Condition | None) -> str:
    """The condition as scripts read it; nothing when the question is always asked."""
    if condition is None:
        return ""
    tests = parts(vars(condition)).items()
    return json.dumps({name: test for name, test in tests if test is not None}, ensure_ascii=False)


def _deciding(definition: Procedure) -> set[str]:
    """The fields whose answer shows or hides others, or ends the procedure."""
    conditions = [one.shown_when for one in (*definition.fields, *definition.documents)]
    return {one.field for one in conditions if one} | {field.name for field in definition.fields if field.stop}


def _bound(bound: Bound, today: date, *, dated: bool) -> str:
    if bound is None:
        return ""
    return resolved_day(str(bound), today).isoformat() if dated else str(bound)


def error_list(controls: Iterable[Control], errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the error summary lists: where to go and what to do, in the order of the page; then what has no place on it."""
    items = list(controls)
    known = {item.name for item in items if item.error}
    known |= {f"{item.name}.{part}" for item in items for part in item.wrong_parts}
    return [line for item in items for line in item.listed()] + [
        ("", message) for name, message in errors.items() if message and name not in known
    ]


def error_sentence(label: str, error: str) -> str:
    """What is wrong, after the name of the question, unless the sentence has it already."""
    if _names(error, label):
        return error
    if label.endswith("?"):
        return f"{label} {error}"
    return f"{label}{NBSP}: {after_colon(error)}"


def _names(sentence: str, label: str) -> bool:
    """Whether every word of the label is in the sentence: « Indiquez vos prénoms. » needs no « Prénoms : » before it."""
    return set(_WORDS.findall(label.lower())) <= set(_WORDS.findall(sentence.lower()))
