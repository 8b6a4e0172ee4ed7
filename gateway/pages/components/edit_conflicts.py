"""Two tabs of one draft: what a page sends of itself, the choice left to the person, what was typed in words; pure.

services/requests/drafts/conflicts.py decides which page may write. Where it refuses, the step is shown as it was typed, each
question with the other answer beside it; the main button then writes what is on the page.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from gateway.dates import short_day
from gateway.pages.components.controls import Control, Typed, request_controls
from gateway.pages.components.person import applicant_sections
from services.chassis.dotted_names import nested
from services.procedures.schemas.definitions.procedures import Procedure, Step
from services.requests.schemas.drafts import DraftView
from services.townhall import person, postal_address
from services.townhall.untyped import parts

PAGE, SEEN = "page_id", "page_seen"
"""Fields of a form: the name of the page that sends it, and the mark of what it showed."""
NO_ANSWER = "Pas de réponse"


def as_typed(draft: DraftView, step: Step, data: Typed) -> DraftView:
    """The draft as if that form had been kept: a browser sends no question that it does not show."""
    asked = {name.partition(".")[0] for name in data}
    shown = (*draft.shown_fields, *(asked - set(draft.shown_fields)))
    there = replace(draft, shown_fields=shown)
    return replace(there, applicant=dict(data)) if step is Step.APPLICANT else replace(there, answers=dict(data))


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
            return "\n".join(postal_address.lines(parts(value)))
        case "position":
            return "\n".join(filter(None, (control.part("words").strip(), control.place)))
        case "radios" | "select" | "checkboxes":
            return ", ".join(label for key, label in control.choices if key and control.chosen(key))
        case "checkbox":
            return "Oui" if value is True or value == "on" else ""
        case "date" | "birth_date":
            return _day(str(value))
        case "phone":
            return _phone(str(value))
        case _:  # every other control is answered in words of one's own: they stand as they were typed
            return str(value).replace("\r\n", "\n").strip()


def _phone(typed: str) -> str:
    """A number as it is kept, however it was typed; what is no number as it stands."""
    try:
        return person.phone(typed)
    except person.Wrong:
        return typed.strip()


def _day(typed: str) -> str:
    try:
        return short_day(typed) if typed else ""
    except ValueError:
        return typed


def in_text(definition: Procedure, step: Step, data: Typed, today: date, *, at_counter: bool = False) -> str:
    """What was typed on a page that can no longer keep it, to be read and copied: a question and its answer, one after the other; an answer to a question that no longer exists by itself."""
    answers = nested(data)
    asked = _questions(definition, step, answers, today, at_counter=at_counter)
    given = [f"{control.label}\n{in_words(control)}" for control in asked if in_words(control)]
    known = {control.name.partition(".")[0] for control in asked}
    rest = [value for name, value in answers.items() if name not in known and isinstance(value, str)]
    return "\n\n".join([*given, *filter(None, map(str.strip, rest))])


def _questions(definition: Procedure, step: Step, answers: Typed, today: date, *, at_counter: bool) -> list[Control]:
    if step is Step.APPLICANT:
        sections = applicant_sections(definition, answers, {}, at_counter=at_counter)
        asked = [control for _, controls in sections for control in controls]
    else:
        asked = request_controls(definition, answers, {}, (), today)
    return [control for control in asked if control.name.partition(".")[0] in answers]
