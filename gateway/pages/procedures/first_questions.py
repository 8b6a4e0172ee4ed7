"""The questions that can end a procedure whatever else is answered: asked on « La démarche », before it is begun."""

from collections.abc import Mapping

from gateway.dates import local
from gateway.pages.components.controls import Control, Typed, request_controls
from gateway.routes import now
from services.procedures.schemas.definitions.procedures import Procedure
from services.townhall.missing import missing

ASKED = "questions-posees"
"""Of a form: it asks them. A draft that is begun without it is asked on « Ma demande »."""


def first_controls(definition: Procedure, answers: Typed, errors: Mapping[str, str]) -> list[Control]:
    names = {field.name for field in definition.asked_first()}
    if not names:
        return []
    asked = request_controls(definition, answers, errors, names, local(now()).date())
    return [control for control in asked if control.name in names]


def answered(definition: Procedure, form: Mapping[str, str]) -> dict[str, str]:
    """What the form answers to them."""
    return {field.name: form[field.name] for field in definition.asked_first() if form.get(field.name)}


def refused(definition: Procedure, form: Mapping[str, str]) -> dict[str, str]:
    """Why the procedure is not begun with that form, by question: a mandatory answer is missing, or one ends it; what is
    said then stands under the question, and nothing is to be corrected."""
    if ASKED not in form:
        return {}
    given = answered(definition, form)
    errors: dict[str, str] = {}
    for field in definition.asked_first():
        ends = any(stop.equals == given.get(field.name) for stop in field.stop)
        if ends or (field.required and field.name not in given):
            errors[field.name] = "" if ends else missing(field.type, field.label)
    return errors
