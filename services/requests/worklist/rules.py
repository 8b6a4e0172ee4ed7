"""What a canned reply says about one request: placeholders filled by the system, the rest by the agent. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.towns import Town
from services.requests.forms import applicant
from services.requests.history import rules as history
from services.requests.request.state import Request
from services.requests.worklist import appeal
from services.townhall import french_dates, placeholders


def automatic(
    request: Request, definition: Procedure, town: Town, *, tracking_url: str, now: datetime
) -> dict[str, str]:
    """Every placeholder that the system fills; empty where the request has nothing to say (it then stays unfilled)."""
    appointment = request.upcoming(now) or (request.appointments[-1] if request.appointments else None)
    implicit = request.implicit_decision
    return {
        "applicant_name": applicant.full_name(request.applicant or {}),
        "procedure_title": definition.title,
        "request_number": request.number,
        "received_at": french_dates.moment(request.submitted_at) if request.submitted_at else "",
        "tracking_url": tracking_url,
        "implicit_decision_date": french_dates.long_day(date.fromisoformat(implicit["at"])) if implicit else "",
        "appointment_at": french_dates.moment(appointment.starts_at) if appointment else "",
        "means_of_appeal": appeal.announced(implicit, definition, town) or "",
        **appeal.places(definition, town),
    }


def given(
    definition: Procedure,
    *,
    values: Mapping[str, str],
    missing_documents: Sequence[str],
    deadline: date | None,
    reason: str | None,
    other_administration: str | None,
) -> dict[str, str]:
    """What the agent fills: typed values first, then what the decision itself says."""
    said = {
        "missing_documents": "\n".join(f"- {history.piece_label(definition, piece)}" for piece in missing_documents),
        "deadline": french_dates.long_day(deadline) if deadline else "",
        "reason": reason or "",
        "other_administration": other_administration or "",
    }
    typed = {name: str(value) for name, value in values.items() if name not in placeholders.AUTOMATIC and value}
    return said | {name: _in_words(name, value) for name, value in typed.items()}


def _in_words(name: str, value: str) -> str:
    """A date that was picked in a calendar is written as a letter writes it."""
    if name != "deadline":
        return value
    try:
        return french_dates.long_day(date.fromisoformat(value))
    except ValueError:
        return value
