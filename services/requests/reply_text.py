"""What a canned reply says about one request: placeholders filled by the system, the rest by the agent. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.requests import applicant, french, history, replies
from services.requests.offer import Definition
from services.requests.state import Request


def automatic(
    request: Request, definition: Definition, town: Mapping[str, Any], *, tracking_url: str, now: datetime
) -> dict[str, str]:
    """Every placeholder that the system fills; empty where the request has nothing to say (it then stays unfilled)."""
    department = definition["department_details"]
    legal = town["legal"]
    appointment = request.upcoming(now) or (request.appointments[-1] if request.appointments else None)
    implicit = request.implicit_decision
    return {
        "applicant_name": applicant.full_name(request.applicant or {}),
        "procedure_title": definition["title"],
        "request_number": request.number,
        "received_at": french.moment(request.submitted_at) if request.submitted_at else "",
        "department_name": department["name"],
        "department_address": department["address"],
        "department_email": department["email"],
        "department_phone": department["phone"],
        "tracking_url": tracking_url,
        "implicit_decision_date": french.day(date.fromisoformat(implicit["at"])) if implicit else "",
        "appeal_months": str(legal["appeal_months"]),
        "administrative_court": legal["administrative_court"],
        "online_appeal": legal["online_appeal"],
        "appointment_at": french.moment(appointment.starts_at) if appointment else "",
    }


def given(
    definition: Definition,
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
        "deadline": french.day(deadline) if deadline else "",
        "reason": reason or "",
        "other_administration": other_administration or "",
    }
    typed = {name: str(value) for name, value in values.items() if name not in replies.AUTOMATIC and value}
    return said | {name: _in_words(name, value) for name, value in typed.items()}


def _in_words(name: str, value: str) -> str:
    """A date that was picked in a calendar is written as a letter writes it."""
    if name != "deadline":
        return value
    try:
        return french.day(date.fromisoformat(value))
    except ValueError:
        return value
