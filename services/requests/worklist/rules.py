"""What a canned reply says about one request: placeholders filled by the system, the rest by the agent; and which replies may
leave for several requests at once. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from services.procedures.schemas.definitions.procedures import Procedure, Reply
from services.procedures.schemas.definitions.towns import Town
from services.requests.forms import applicant
from services.requests.history import rules as history
from services.requests.request import flow
from services.requests.request.events import RequestStatusChanged
from services.requests.request.state import Request
from services.requests.schemas.decisions import ChangeStatus
from services.requests.schemas.selection import SharedReply
from services.requests.schemas.statuses import Status
from services.requests.worklist import appeal
from services.townhall import french_dates, placeholders


def automatic(
    request: Request, definition: Procedure, town: Town, *, tracking_url: str, now: datetime
) -> dict[str, str]:
    """Every placeholder that the system fills; "" where the request has no value for it (it then stays unfilled)."""
    appointment = request.upcoming(now) or (request.appointments[-1] if request.appointments else None)
    implicit = request.implicit_decision
    return {
        "applicant_name": applicant.full_name(request.applicant or {}),
        "procedure_title": definition.title,
        "request_number": request.number,
        "received_at": french_dates.moment(request.submitted_at) if request.submitted_at else "",
        "tracking_url": tracking_url,
        "implicit_decision_date": french_dates.long_day(implicit.at) if implicit else "",
        "appointment_at": french_dates.moment(appointment.starts_at) if appointment else "",
        "means_of_appeal": appeal.announced(implicit, definition, town) or "",
        **appeal.placeholder_values(definition, town),
    }


def completed(asked: ChangeStatus) -> ChangeStatus:
    """The decision of an agent; a field that was left empty takes the value typed for the placeholder of its name."""
    values = asked.values or {}

    def filled(name: str, text: str | None) -> str | None:
        return (text or "").strip() or values.get(name, "").strip() or None

    return replace(
        asked,
        text=filled("text", asked.text),
        reason=filled("reason", asked.reason),
        deadline=asked.deadline or _day(values.get("deadline", "")),
        other_administration=filled("other_administration", asked.other_administration),
    )


def given(definition: Procedure, decision: ChangeStatus | RequestStatusChanged) -> dict[str, str]:
    """The placeholders that the decision itself fills."""
    pieces = (history.piece_label(definition, piece) for piece in decision.missing_documents or ())
    return {
        "missing_documents": "\n".join(f"- {piece}" for piece in pieces),
        "deadline": french_dates.long_day(decision.deadline) if decision.deadline else "",
        "reason": decision.reason or "",
        "other_administration": decision.other_administration or "",
    }


def typed(values: Mapping[str, str]) -> dict[str, str]:
    """Those that the agent typed, which come before what the decision says; a date that was picked as a letter writes it."""
    filled = {name: value for name, value in values.items() if name not in placeholders.AUTOMATIC and value}
    day = _day(filled.get("deadline", ""))
    return filled | ({"deadline": french_dates.long_day(day)} if day else {})


def fit_for_many(reply: Reply) -> bool:
    """Whether it may leave for several requests at once: nothing is to be filled in, and its status asks for no reason and no
    pieces of each person's own (glossary R10, R13)."""
    own = reply.sets_status in flow.REASONED or reply.sets_status == Status.AWAITING
    return not own and not placeholders.to_fill(reply.text)


def shared(requests: Iterable[tuple[str, Procedure, str]]) -> list[SharedReply]:
    """The replies that may leave for several of these requests, each a number, its definition and its status; those that
    fit most of them first."""
    found: dict[tuple[str, str, str], SharedReply] = {}
    for number, definition, status in requests:
        for reply in filter(fit_for_many, flow.replies(definition, status)):
            same = (reply.slug, reply.sets_status, reply.text)
            before = found.get(same)
            goal = definition.statuses[reply.sets_status]
            found[same] = SharedReply(
                slug=reply.slug,
                title=reply.title,
                to=reply.sets_status,
                label=goal.label,
                closes=goal.closed,
                text=reply.text,
                numbers=(*(before.numbers if before else ()), number),
            )
    return sorted(found.values(), key=lambda one: (-len(one.numbers), one.title))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
