"""Declared calls about the mails to an applicant, and the mail by which an operator tries the mail server."""

from enum import StrEnum

from marshmallow import ValidationError

from services.chassis.contracts import Command, Query, checked
from services.chassis.french_fields import Text
from services.chassis.structs import Struct
from services.townhall import person
from services.townhall.grants import WithGrant


def _address(typed: str) -> None:
    if typed != typed.strip():  # it is sent as it was typed
        raise ValidationError(f"« {typed.strip()} » est entouré d’espaces.")
    try:
        person.email(typed)
    except person.Wrong as wrong:
        raise ValidationError(str(wrong)) from None


class State(StrEnum):
    """Of a mail: due, sent or failed; of a letter: on paper, handed over or posted; of a call: to be made, or made."""

    DUE = "due"
    SENT = "sent"
    FAILED = "failed"
    ON_PAPER = "on_paper"
    HANDED_OVER = "handed_over"
    POSTED = "posted"
    TO_CALL = "to_call"
    CALLED = "called"


class MailToApplicant(Struct):
    """`kind`: its purpose; `at`: ISO 8601, of its last change. `letter_id`: of a letter, which can be read; `by`: the agent
    who handed it over, posted it or called."""

    kind: str
    label: str
    at: str
    state: str
    letter_id: str | None = None
    by: str | None = None


class ListMails(WithGrant, Query[tuple[MailToApplicant, ...]], method="emails"):
    """The mails to the applicant of a request, and what became of each; the oldest first."""


class MailTried(Struct):
    """`server`: host and port; `reason`: why it did not take the mail, None where it did."""

    server: str
    reason: str | None = None


class TryMail(Command[MailTried]):
    """Sends one mail at once, for the person who sets the portal up."""

    recipient: str = checked(Text(required=True, checks=[_address]))
