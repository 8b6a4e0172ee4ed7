"""From a field of a definition to what a form shows; pure. The template `components/field.html` draws a Control."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from gateway.dates import short_day
from gateway.pages.components.words import after_colon
from services.townhall.french_names import COUNTRIES, FRANCE
from services.townhall.lengths import LONGEST
from services.townhall.sentences import number
from services.townhall.town_time import resolved_day
from services.townhall.typography import NBSP

Json = Mapping[str, Any]

RADIOS_AT_MOST = 7
SPACED_FROM = 10_000
ADDRESS_PARTS = {
    "line1": "Numéro et voie",
    "line2": "Complément d’adresse",
    "postcode": "Code postal",
    "city": "Commune",
    "country": "Pays",
}
COUNTRY_CHOICES = tuple(COUNTRIES.items())
"""The choices of an address that may lie abroad; one without any is in France."""
WIDTHS = {"date": "w-12", "phone": "w-20", "number": "w-8"}
_WORDS = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True)
class Stop:
    """An answer with which a procedure cannot be filed: its condition as scripts read it, what is said, the address of a
    body that can help (`label`, `url`) or None, and whether the answer was given."""

    when: str
    message: str
    link: Json | None
    given: bool


@dataclass(frozen=True, kw_only=True)
class Control:
    """One question, ready to be drawn: what it is called, what was typed, what is wrong with it."""

    name: str
    label: str
    kind: str
    required: bool = False
    value: Any = ""
    error: str = ""
    wrong_parts: Mapping[str, str] = field(default_factory=dict)
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
    agrees_to: Json | None = None
    """The text that ticking the box accepts: `title`, `text`."""
    in_order: bool = False
    """Whether its choices are the steps of a scale: read one under the other."""

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
        if self.kind == "address":
            return f"{self.id}-line1"
        if self.kind in ("radios", "checkboxes"):
            return f"{self.id}-1"
        return self.id

    @property
    def described_by(self) -> str:
        """The ids of the help and of the error, for the control itself."""
        said = {"aide": self.help, "erreur": self.error, "ailleurs": self.elsewhere}
        return " ".join(f"{self.id}-{part}" for part, words in said.items() if words)

    def part(self, name: str) -> str:
        """One line of an address as it was typed."""
        return str(self.value.get(name) or "") if isinstance(self.value, Mapping) else ""

    @property
    def country(self) -> str:
        """Where its address lies, unless something else is chosen: in France."""
        return self.part("country") or FRANCE

    def listed(self) -> list[tuple[str, str]]:
        """Its errors for the summary: where each is mended, and what is said of it."""
        whole = [(f"#{self.target}", told(self.label, self.error))] if self.error else []
        return whole + [
            (f"#{self.id}-{part}", told(self._line_name(label, self.wrong_parts[part]), self.wrong_parts[part]))
            for part, label in ADDRESS_PARTS.items()
            if part in self.wrong_parts
        ]

    def _line_name(self, label: str, error: str) -> str:
        """A line of the address as the summary names it."""
        return self.label if _names(error, label) else f"{self.label}, {label.lower()}"

    def chosen(self, value: str) -> bool:
        """Whether a choice is ticked."""
        return value in self.value if isinstance(self.value, list | tuple) else value == str(self.value or "")


def request_controls(
    definition: Json, answers: Json, errors: Mapping[str, str], shown: Iterable[str], today: date
) -> list[Control]:
    """The questions of « Ma demande », hidden ones included: scripts show them as soon as an answer calls for them."""
    visible = set(shown)
    deciding = _deciding(definition)
    return [
        control(
            field,
            _answered(definition, field, answers.get(field["name"])),
            errors=errors,
            shown=field["name"] in visible,
            today=today,
            decides=field["name"] in deciding,
        )
        for field in map(partial(_with_context, definition), definition["fields"])
        if field["type"] != "file-free"
    ]


def _answered(definition: Json, field: Json, answer: Any) -> Any:
    """What was answered. Of an address that must be in a town of one postcode, nobody needs to type the last line; an
    optional one stays empty, for half of an address is wrong."""
    parts: Json = answer if isinstance(answer, Mapping) else {}
    typed = any(parts.get(part) for part in ADDRESS_PARTS if part != "country")
    if typed or not (field.get("in_town") and field.get("required")):
        return answer
    town = definition["territory"]
    known = {"postcode": town["postcodes"], "city": town["cities"]}
    return {part: only[0] for part, only in known.items() if len(only) == 1}


def _with_context(definition: Json, field: Json) -> Json:
    """The field with what the rest of the definition says of it: the text that it accepts, the town of its address."""
    if "agrees_to" in field:
        return {**field, "agrees_to": next(text for text in definition["texts"] if text["slug"] == field["agrees_to"])}
    if not field.get("in_town"):
        return field
    town = definition["territory"]
    where = f"Dans la commune{NBSP}: {town['name']} ({', '.join(town['postcodes'])})."
    return {**field, "help": " ".join(filter(None, (where, field.get("help"))))}


def control(
    field: Json, value: Any, *, errors: Mapping[str, str], shown: bool = True, today: date, decides: bool = False
) -> Control:
    """One field of a definition; relative bounds are told as dates."""
    error, wrong_parts = errors_at(field["name"], errors)
    kind = field["type"]
    choices = tuple((str(key), str(label)) for key, label in (field.get("choices") or {}).items())
    if kind == "address" and not field.get("in_town"):
        choices = COUNTRY_CHOICES
    if kind == "choice":
        kind = "radios" if len(choices) <= RADIOS_AT_MOST else "select"
    elif kind == "multichoice":
        kind = "checkboxes"
    return Control(
        name=field["name"],
        label=field["label"],
        kind=kind,
        required=bool(field.get("required")),
        value="" if value is None else value,
        error=error,
        wrong_parts=wrong_parts,
        help=" ".join(filter(None, (_accepted(field, today), field.get("help")))),
        choices=choices,
        inputmode="decimal" if kind == "number" else "",
        width=WIDTHS.get(kind, "") or _hour_width(field),
        minimum=_bound(field.get("min"), kind, today),
        maximum=_bound(field.get("max"), kind, today),
        max_length=field.get("max_length", LONGEST.get(kind)),
        min_length=field.get("min_length"),
        when=condition_text(field.get("shown_when")),
        shown=shown,
        decides=decides,
        agrees_to=field.get("agrees_to"),
        stops=tuple(
            Stop(
                when=condition_text({"field": field["name"], "equals": stop["equals"]}),
                message=stop["message"],
                link=stop.get("link"),
                given=shown and stop["equals"] == value,
            )
            for stop in field.get("stop", ())
        ),
    )


def _accepted(field: Json, today: date) -> str:
    """What a date or a number may be, told before one answers. That the past lies behind us goes without saying."""
    least, most = field.get("min"), field.get("max")
    match field["type"]:
        case "date" if least is not None and most is not None:
            return f"Du {_day(least, today)} au {_day(most, today)}."
        case "date" if least is not None:
            return "Aujourd’hui ou plus tard." if least == "D" else f"À partir du {_day(least, today)}."
        case "date" if most not in (None, "D"):
            return f"Au plus tard le {_day(most, today)}."
        case "number" if least is not None and most is not None:
            return f"De {_figures(least)} à {_figures(most)}."
        case "number" if least is not None:
            return f"Au moins {_figures(least)}."
        case "number" if most is not None:
            return f"Au plus {_figures(most)}."
        case _:
            return ""


def _day(bound: str, today: date) -> str:
    return short_day(resolved_day(bound, today))


def _figures(value: Any) -> str:
    """A year is written without a space, an amount with."""
    return number(value) if value >= SPACED_FROM else str(value).replace(".", ",")


def _hour_width(field: Json) -> str:
    """An hour is a short answer: its field is known by a pattern that takes both ways of writing one."""
    pattern = field.get("pattern")
    return "w-8" if pattern and all(re.fullmatch(pattern, hour) for hour in ("14:00", "14 h")) else ""


def errors_at(name: str, errors: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """What is wrong with that question as a whole, and with the lines of its address."""
    return errors.get(name, ""), {
        part: errors[f"{name}.{part}"] for part in ADDRESS_PARTS if f"{name}.{part}" in errors
    }


def condition_text(condition: Json | None) -> str:
    """The condition as scripts read it; nothing when the question is always asked."""
    return json.dumps(condition, ensure_ascii=False) if condition else ""


def _deciding(definition: Json) -> set[str]:
    """The fields whose answer shows or hides others, or ends the procedure."""
    conditions = [item.get("shown_when") for item in (*definition["fields"], *definition["documents"])]
    stopping = {field["name"] for field in definition["fields"] if field.get("stop")}
    return {condition["field"] for condition in conditions if condition} | stopping


def _bound(bound: Any, kind: str, today: date) -> str:
    if bound is None:
        return ""
    return resolved_day(str(bound), today).isoformat() if kind == "date" else str(bound)


def error_list(controls: Iterable[Control], errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the error summary lists: where to go and what to do, in the order of the page; then what has no place on it."""
    items = list(controls)
    known = {item.name for item in items if item.error}
    known |= {f"{item.name}.{part}" for item in items for part in item.wrong_parts}
    return [line for item in items for line in item.listed()] + [
        ("", message) for name, message in errors.items() if name not in known
    ]


def told(label: str, error: str) -> str:
    """What is wrong, after the name of the question, unless the sentence has it already."""
    if _names(error, label):
        return error
    if label.endswith("?"):
        return f"{label} {error}"
    return f"{label}{NBSP}: {after_colon(error)}"


def _names(sentence: str, label: str) -> bool:
    """Whether every word of the label is in the sentence: « Indiquez vos prénoms. » needs no « Prénoms : » before it."""
    return set(_WORDS.findall(label.lower())) <= set(_WORDS.findall(sentence.lower()))
