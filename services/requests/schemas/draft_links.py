"""Declared calls about the private link by which a visitor goes on with a draft on another device."""

from uuid import UUID

from services.chassis.contracts import Command, Done, Query, text
from services.chassis.french_fields import shaped
from services.chassis.structs import Struct

LONGEST_EMAIL = 254


def link_digest() -> str:
    """A field that holds the digest of a link's token: the token itself stays at the gateway."""
    return text(64, required=True, checks=(shaped(r"[0-9a-f]{64}", "Ce lien n’est pas valable."),))


class MailDraftLink(Command[Done]):
    """Mails a link to the caller's own draft; the links of that draft that were mailed before stop working.

    The address is kept until the mail has left. Raises DraftNotFound, DraftInSpace for the draft of an account, Invalid with the
    field `email`, TooManyDraftLinks above the share of the mailbox.
    """

    draft_id: UUID
    email: str = text(LONGEST_EMAIL)


class DraftBehindLink(Struct):
    """What a link leads to; nothing of what was typed. `expires_at`: ISO 8601, until when the draft is kept.

    `another_here`: the caller has another draft of the same procedure, which the one of the link would take the place of:
    that one is erased, unless `another_stays`: a link opened it here, and the device where it was begun keeps it.
    """

    procedure: str
    procedure_title: str
    expires_at: str
    another_here: bool = False
    another_stays: bool = False


class ReadDraftLink(Query[DraftBehindLink]):
    """Raises DraftLinkUnknown, DraftLinkReplaced, DraftLinkExpired, DraftLinkFiled, DraftLinkErased, DraftInSpace."""

    digest: str = link_digest()


class OpenedDraft(Struct):
    draft_id: UUID
    procedure: str


class OpenDraftLink(Command[OpenedDraft]):
    """Gives the caller the right to the draft: a visitor's browser beside the first one, or the account that is logged in.

    `replaces`: the caller's other draft of the procedure is given up; one that a link opened here stays where it was begun. Raises as ReadDraftLink; DraftAlreadyHere where there is such
    a draft and it is not to be replaced; TooManyDevices.
    """

    digest: str = link_digest()
    replaces: bool = False


class DraftLinkMail(Struct):
    """What the mail needs. `procedure_title` is "" of a confidential procedure; `expires_at`: ISO 8601."""

    email: str
    procedure_title: str
    expires_at: str


class ReadDraftLinkMail(Query[DraftLinkMail]):
    """For services of ours, at the moment of sending. Raises DraftLinkOver where no mail is due any more."""

    link_id: UUID
