"""How a refusal is contested, and within what time (glossary R3, R13). Pure.

A procedure whose refusals are contested in another way says it itself (`appeal`), with the same placeholders as replies.
"""

from services.procedures.schemas.definitions.procedures import Procedure, SilenceEffect
from services.procedures.schemas.definitions.towns import Town
from services.requests.request.state import Request
from services.requests.schemas.facts import ImplicitDecision
from services.requests.schemas.statuses import Status
from services.townhall import french_dates, placeholders

OF_A_REFUSAL = (
    "Vous pouvez contester cette décision dans un délai de {{ appeal_months }} mois à compter du jour où elle vous est "
    "notifiée, par un recours gracieux adressé à la mairie ({{ department_name }}, {{ department_address }}) ou devant "
    "le {{ administrative_court }} ({{ online_appeal }})."
)
OF_SILENCE = OF_A_REFUSAL.replace("cette décision", "ce refus").replace(
    "du jour où elle vous est notifiée", "du {{ implicit_decision_date }}"
)
OF_SILENCE_TO_COME = OF_SILENCE.replace("Vous pouvez", "Vous pourrez alors")


def of_request(request: Request, definition: Procedure, town: Town) -> str | None:
    """The means of appeal of a request that is refused, by a decision or by silence; None for every other."""
    if request.status == Status.REFUSED:
        return of_a_refusal(definition, town)
    reached = request.implicit_reached and request.is_open(definition)
    return _of_silence(OF_SILENCE, request.implicit_decision if reached else None, definition, town)


def announced(silence: ImplicitDecision | None, definition: Procedure, town: Town) -> str | None:
    """The means of appeal that a receipt announces, where silence will mean a refusal; None where it will not."""
    return _of_silence(OF_SILENCE_TO_COME, silence, definition, town)


def of_a_refusal(definition: Procedure, town: Town) -> str:
    """What a refusal will carry, before it is decided and after."""
    return _filled(definition.appeal or OF_A_REFUSAL, definition, town)


def _of_silence(usual: str, silence: ImplicitDecision | None, definition: Procedure, town: Town) -> str | None:
    if silence is None or silence.effect != SilenceEffect.REJECTION:
        return None
    on = french_dates.long_day(silence.at)
    return _filled(definition.appeal or usual, definition, town, implicit_decision_date=on)


def _filled(text: str, definition: Procedure, town: Town, **more: str) -> str:
    return placeholders.fill(text, placeholder_values(definition, town) | more)[0]


def placeholder_values(definition: Procedure, town: Town) -> dict[str, str]:
    """Of the placeholders that the means of appeal may have: the department in charge, the court, how long."""
    department, legal = definition.department_details, town.legal
    return {
        "department_name": department.name,
        "department_address": department.address,
        "department_email": department.email,
        "department_phone": department.phone,
        "appeal_months": str(legal.appeal_months),
        "administrative_court": legal.administrative_court,
        "online_appeal": legal.online_appeal,
    }
