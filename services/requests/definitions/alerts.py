"""What a procedure shows its agents beforehand because of an answer: « Danger signalé » (`alert`), « Accès en fauteuil
roulant » (`appointment.reception_field`), what somebody comes for to the counter, and with which number. Pure."""

from collections.abc import Mapping

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.definitions import conditions
from services.requests.schemas.drafts import Titled
from services.townhall.untyped import text

ATTESTATION = "Attestation demandée"


def raised(definition: Procedure, answers: Mapping[str, object]) -> bool:
    """Whether these answers call for it."""
    return definition.alert is not None and conditions.holds(definition.alert.when, answers)


def label(definition: Procedure, *, raised: bool, attestation: bool = False) -> str | None:
    """The words of the mark; None where nothing is marked. `attestation`: one is asked for (R14), which marks by itself."""
    if attestation:
        return ATTESTATION
    return definition.alert.label if definition.alert and raised else None


def reception(definition: Procedure, values: Mapping[str, object]) -> str | None:
    """What to prepare for the person who comes to the appointment, in the words of the procedure; None where nothing is asked for."""
    booking = definition.appointment
    answer = values.get(booking.reception_field or "")
    if answer is None or answer == booking.reception_none:
        return None
    asked = next(field for field in definition.fields if field.name == booking.reception_field)
    return asked.choices.get(text(answer), str(answer))


def reason(definition: Procedure, values: Mapping[str, object]) -> str:
    """What the person comes for, in the words of the procedure; empty where it asks no such question."""
    return _answer(definition, values, definition.appointment.reason_field)


def reference(definition: Procedure, values: Mapping[str, object]) -> str:
    """The number that the person has from elsewhere, as of a « pré-demande »; empty where it has none."""
    return _answer(definition, values, definition.appointment.reference_field)


def reference_label(definition: Procedure) -> str:
    """What that number is called; empty where the procedure asks none."""
    name = definition.appointment.reference_field
    return next((field.label for field in definition.fields if field.name == name), "")


def _answer(definition: Procedure, values: Mapping[str, object], name: str | None) -> str:
    asked = next((field for field in definition.fields if field.name == name), None)
    answer = text(values.get(asked.name)) if asked else ""
    return asked.choices.get(answer, answer) if asked else ""


def advice(definition: Procedure, *, raised: bool) -> Titled | None:
    """What the question says to a person who gives the marked answer, shown once more; the mark itself is for agents."""
    if not raised or definition.alert is None:
        return None
    asked = next(field for field in definition.fields if field.name == definition.alert.when.field)
    return Titled(title=asked.label, text=asked.help) if asked.help else None
