"""Which letter or call a grant opens, and what is refused of it. Pure."""

from typing import Any

from services.messaging.exchanges.grants import Grant
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.rules import (
    WAYS,
    CallAlreadyNoted,
    LetterAlreadyDelivered,
    LetterNotKnownYet,
    State,
    UnknownLetter,
)

Row = dict[str, Any]


def open_letter(row: Row | None, grant: Grant) -> Row:
    """The row of a letter that the grant may open; raises UnknownLetter, LetterNotKnownYet while its mail is due."""
    if row is None:
        raise UnknownLetter
    grant.require_letter(Purpose(row["purpose"]))
    if row["state"] == State.DUE:
        raise LetterNotKnownYet
    if row["state"] not in (State.ON_PAPER, *WAYS):
        raise UnknownLetter
    return row


def delivered(row: Row) -> LetterAlreadyDelivered:
    return LetterAlreadyDelivered(details={"way": row["state"], "at": row["settled_at"].isoformat()})


def open_call(row: Row, grant: Grant) -> Row:
    grant.require_letter(Purpose(row["purpose"]))
    if row["state"] == State.CALLED:
        raise CallAlreadyNoted
    return row
