"""Which letter or call a grant opens, and what is refused of it. Pure."""

from typing import Any

from services.messaging.exchanges.grants import Grant
from services.messaging.notices import rules as notices
from services.messaging.notices.purposes import Purpose

Row = dict[str, Any]


def open_letter(row: Row | None, grant: Grant) -> Row:
    """The row of a letter that the grant may open; raises UnknownLetter, LetterNotKnownYet while its mail is due."""
    if row is None:
        raise notices.UnknownLetter
    grant.require_letter(Purpose(row["purpose"]))
    if row["state"] == notices.State.DUE:
        raise notices.LetterNotKnownYet
    if row["state"] not in (notices.State.ON_PAPER, *notices.WAYS):
        raise notices.UnknownLetter
    return row


def delivered(row: Row) -> notices.LetterAlreadyDelivered:
    return notices.LetterAlreadyDelivered(details={"way": row["state"], "at": row["settled_at"].isoformat()})


def open_call(row: Row, grant: Grant) -> Row:
    grant.require_letter(Purpose(row["purpose"]))
    if row["state"] == notices.State.CALLED:
        raise notices.CallAlreadyNoted
    return row
