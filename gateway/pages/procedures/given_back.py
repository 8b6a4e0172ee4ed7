"""What was typed on a page that can no longer keep it: its questions and answers in words, to be read and copied; pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.pages.components.controls import Control, request_controls
from gateway.pages.components.edit_conflicts import in_words
from gateway.pages.components.person import applicant_sections
from services.chassis.dotted_names import nested
from services.procedures.schemas.definitions.procedures import Procedure

Json = Mapping[str, Any]


def in_text(definition: Procedure, step: str, data: Json, today: date, *, at_counter: bool = False) -> str:
    """A question and its answer, one after the other; an answer to a question that no longer exists by itself."""
    answers = nested(data)
    asked = _questions(definition, step, answers, today, at_counter=at_counter)
    given = [f"{control.label}\n{in_words(control)}" for control in asked if in_words(control)]
    known = {control.name.partition(".")[0] for control in asked}
    rest = [value for name, value in answers.items() if name not in known and isinstance(value, str)]
    return "\n\n".join([*given, *filter(None, map(str.strip, rest))])


def _questions(definition: Procedure, step: str, answers: Json, today: date, *, at_counter: bool) -> list[Control]:
    if step == "applicant":
        sections = applicant_sections(definition, answers, {}, at_counter=at_counter)
        asked = [control for _, controls in sections for control in controls]
    else:
        asked = request_controls(definition, answers, {}, (), today)
    return [control for control in asked if control.name.partition(".")[0] in answers]
