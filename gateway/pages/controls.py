"""From a field of a definition to what a form shows; pure. The template `components/field.html` draws a Control."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from gateway.dates import NBSP

Json = Mapping[str, Any]

RADIOS_AT_MOST = 7
ADDRESS_PARTS = {
    "line1": "Numéro et voie",
    "line2": "Complément d’adresse",
    "postcode": "Code postal",
    "city": "Commune",
}
INPUT_TYPES = {"email": "email", "phone": "tel", "date": "date"}
WIDTHS = {"date": "w-12", "phone": "w-20", "number": "w-8"}
_WORDS = re.compile(r"[^\W_]{2,}")
_RELATIVE = re.compile(r"D(?:([+-])(\d+)(y?))?")


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
    country: str = "FR"
    in_order: bool = False
    """Whether its choices are the steps of a scale: read one under the other."""

    @property
    def id(self) -> str:
        return "z-" + self.name.replace(".", "-").replace("_", "-")

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
        parts = [f"{self.id}-aide"] if self.help else []
        return " ".join([*parts, f"{self.id}-erreur"] if self.error else parts)

    def part(self, name: str) -> str:
        """One line of an address as it was typed."""
        return str(self.value.get(name) or "") if isinstance(self.value, Mapping) else ""

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
            answers.get(field["name"]),
            errors=errors,
            shown=field["name"] in visible,
            today=today,
            decides=field["name"] in deciding,
        )
        for field in definition["fields"]
        if field["type"] != "file-free"
    ]


def control(
    field: Json, value: Any, *, errors: Mapping[str, str], shown: bool = True, today: date, decides: bool = False
) -> Control:
    """One field of a definition; relative bounds are told as dates."""
    error, wrong_parts = errors_at(field["name"], errors)
    kind = field["type"]
    choices = tuple((str(key), str(label)) for key, label in (field.get("choices") or {}).items())
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
        help=field.get("help") or "",
        choices=choices,
        inputmode="decimal" if kind == "number" else "",
        width=WIDTHS.get(kind, ""),
        minimum=_bound(field.get("min"), kind, today),
        maximum=_bound(field.get("max"), kind, today),
        max_length=field.get("max_length"),
        min_length=field.get("min_length"),
        when=condition_text(field.get("shown_when")),
        shown=shown,
        decides=decides,
    )


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
    return day_of(str(bound), today).isoformat() if kind == "date" else str(bound)


def day_of(bound: str, today: date) -> date:
    """`D`, `D-12`, `D-16y` or a date, as a date."""
    relative = _RELATIVE.fullmatch(bound)
    if relative is None:
        return date.fromisoformat(bound)
    sign, amount, years = relative.groups()
    steps = int(amount or 0) * (-1 if sign == "-" else 1)
    if not years:
        return today + timedelta(days=steps)
    try:
        return today.replace(year=today.year + steps)
    except ValueError:  # 29 February of a year that has none
        return today.replace(year=today.year + steps, day=28)


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
    lower = error[1:2].islower() or error[1:2] in "’"  # an acronym keeps its capital
    return f"{label}{NBSP}: {error[:1].lower() + error[1:] if lower else error}"


def _names(sentence: str, label: str) -> bool:
    """Whether every word of the label is in the sentence: « Indiquez vos prénoms. » needs no « Prénoms : » before it."""
    return set(_WORDS.findall(label.lower())) <= set(_WORDS.findall(sentence.lower()))
