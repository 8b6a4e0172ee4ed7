"""Two tabs of one draft: what a page sends of itself, and the choice that is left to the person; pure.

Which page may write is decided by services/requests/drafts/conflicts.py. Here: when it said no, the step is shown as it was typed,
with what the draft holds by another page beside each question where the two differ. Its main button then writes what is on the page.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from gateway.dates import short_day
from gateway.pages.components.controls import Control
from services.requests.schemas.drafts import DraftView
from services.townhall import postal_address

Json = Mapping[str, Any]

PAGE, SEEN = "page_id", "page_seen"
NO_ANSWER = "Pas de réponse"


def sent_by(form: MultiDict[str, str]) -> tuple[str | None, str | None]:
    """The name of the page that sends the form, and the mark of what it showed."""
    return form.get(PAGE) or None, form.get(SEEN)


def as_typed(draft: DraftView, part: str, data: Json) -> DraftView:
    """The draft as if that form had been kept: a browser sends no question that it does not show."""
    asked = {name.partition(".")[0] for name in data}
    shown = (*draft.shown_fields, *(asked - set(draft.shown_fields)))
    typed: dict[str, Any] = {part: dict(data)}
    return replace(draft, shown_fields=shown, **typed)


def differing(here: Iterable[Control], there: Iterable[Control]) -> list[Control]:
    """The questions that two pages answer differently, each with what the other one says, in words."""
    others = {control.name: control for control in there}
    return [
        replace(control, elsewhere=in_words(others[control.name]) or NO_ANSWER)
        for control in here
        if control.name in others and in_words(control) != in_words(others[control.name])
    ]


def marked(controls: Iterable[Control], differing: Iterable[Control]) -> list[Control]:
    """The questions of the page, those that differ with the other page's answer beside them."""
    said = {control.name: control.elsewhere for control in differing}
    return [replace(control, elsewhere=said.get(control.name, "")) for control in controls]


def in_words(control: Control) -> str:
    """An answer as the summary writes it, right or wrong."""
    value = control.value
    match control.kind:
        case "address":
            return "\n".join(postal_address.lines(value)) if isinstance(value, Mapping) else ""
        case "radios" | "select" | "checkboxes":
            return ", ".join(label for key, label in control.choices if key and control.chosen(key))
        case "checkbox":
            return "Oui" if value is True or value == "on" else ""
        case "date":
            return _day(str(value))
        case "phone":
            return _phone(str(value))
        case _:
            return str(value).replace("\r\n", "\n").strip()


def _phone(typed: str) -> str:
    """A number of ten figures in pairs, however it was typed; any other as it stands."""
    figures = re.sub(r"[ .\-\u00a0]", "", typed)
    return " ".join(re.findall("..", figures)) if re.fullmatch(r"0\d{9}", figures) else typed.strip()


def _day(typed: str) -> str:
    try:
        return short_day(typed) if typed else ""
    except ValueError:
        return typed
