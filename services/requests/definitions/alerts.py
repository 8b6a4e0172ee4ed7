"""What a procedure tells its agents beforehand because of an answer: « Danger signalé » (`alert`), « Accès en fauteuil
roulant » (`appointment.reception_field`). Pure."""

from collections.abc import Mapping
from typing import Any

from services.requests.definitions import conditions
from services.requests.definitions.offer import Definition

ATTESTATION = "Attestation demandée"


def raised(definition: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether these answers call for it."""
    alert = definition.get("alert")
    return alert is not None and conditions.holds(alert["when"], answers)


def label(definition: Definition, *, raised: bool, attestation: bool = False) -> str | None:
    """The words of the mark; None where nothing is marked. `attestation`: one is asked for (R14), which marks by itself."""
    if attestation:
        return ATTESTATION
    return definition["alert"]["label"] if raised else None


def reception(definition: Mapping[str, Any], values: Mapping[str, Any]) -> str | None:
    """What to prepare for who comes to the appointment, in the words of the procedure; None where nothing is asked for."""
    booking = definition["appointment"]
    answer = values.get(booking.get("reception_field", ""))
    if answer is None or answer == booking.get("reception_none"):
        return None
    asked = next(field for field in definition["fields"] if field["name"] == booking["reception_field"])
    return str(asked["choices"].get(answer, answer))


def advice(definition: Mapping[str, Any], *, raised: bool) -> dict[str, str] | None:
    """What the question says to whoever gives the marked answer, to be told once more; the mark itself is for agents."""
    if not raised:
        return None
    name = definition["alert"]["when"]["field"]
    asked = next(field for field in definition["fields"] if field["name"] == name)
    return {"title": asked["label"], "text": asked["help"]} if asked.get("help") else None
