"""« Mes données »: what the town holds of an applicant with a request, and until when."""

from services.chassis.event_store.decider import fold
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import access, answers, data_rights, deadlines, flow, refusals
from services.requests.request import decider
from services.requests.schemas.held_data import HeldData
from services.requests.use_cases.acting import visible
from services.townhall.town_time import local_day


def read_held_data(tx: Transaction, settings: Settings, number: str) -> HeldData:
    """Raises NotAllowed to an agent, whose page is the file itself."""
    row, side = visible(tx, settings, number)
    if side != access.CITIZEN:
        raise refusals.NotAllowed
    recorded = tx.history(row.stream)
    request = fold(decider, (one.event for one in recorded))
    definition = row.definition
    is_open = request.is_open(definition)
    kept = deadlines.retention(definition, local_day(row.closed_at) if row.closed_at else None)
    asked = data_rights.asked(recorded)
    pieces = answers.shown_documents(definition, request.answers or {})
    return HeldData(
        number=row.number,
        title=definition["title"],
        open=is_open,
        can_cancel=is_open and flow.transition(definition, request.status, flow.CANCELLED, "citizen") is not None,
        erased=row.erased,
        kept_months=kept["months"],
        kept_until=kept["until"],
        then=kept["then"],
        for_the_decision=tuple(piece["label"] for piece in pieces if piece.get("delete_after") == "decision"),
        exchanges=bool(definition["exchanges"]),
        erasure_asked_at=asked.asked_at.isoformat() if asked else None,
        erasure_answer_by=asked.answer_by.isoformat() if asked else None,
        erasure_answer=asked.answer if asked else None,
        erasure_answered_at=asked.answered_at.isoformat() if asked and asked.answered_at else None,
        erasure_reason=asked.reason if asked else None,
    )
