"""Which letter or call a grant opens, and what is refused of it. Pure."""

from services.messaging.notices import rules as notices
from services.messaging.notices.purposes import Purpose
from services.townhall.grants import Grant, Right


def open_letter(letter: notices.StoredLetter | None, grant: Grant) -> notices.StoredLetter:
    """The letter, where the grant may open it; raises UnknownLetter, LetterNotKnownYet while its mail is due."""
    if letter is None:
        raise notices.UnknownLetter
    _require(grant, letter)
    if letter.state is notices.State.DUE:
        raise notices.LetterNotKnownYet
    if letter.state not in (notices.State.ON_PAPER, *notices.WAYS):
        raise notices.UnknownLetter
    return letter


def _require(grant: Grant, letter: notices.StoredLetter) -> None:
    acknowledges = letter.notice.purpose is Purpose.ACKNOWLEDGEMENT
    grant.require(*((Right.LETTERS, Right.RECEIPT) if acknowledges else (Right.LETTERS,)))


def delivered(letter: notices.StoredLetter) -> notices.LetterAlreadyDelivered:
    at = letter.settled_at.isoformat() if letter.settled_at else None
    return notices.LetterAlreadyDelivered(details={"way": letter.state.value, "at": at})


def open_call(letter: notices.StoredLetter, grant: Grant) -> notices.StoredLetter:
    _require(grant, letter)
    if letter.state is notices.State.CALLED:
        raise notices.CallAlreadyNoted
    return letter
