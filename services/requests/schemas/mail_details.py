"""Declared calls about mails or letters to the holders of requests, asked by messaging at the moment of sending."""

from dataclasses import field
from uuid import UUID

from services.chassis.contracts import Query
from services.chassis.structs import Struct
from services.requests.schemas.shapes import optional_text


class Addressed(Struct):
    """Where a mail goes, as keyed hashes. `mailbox` is the same for `name@` and `name+tag@`, `address` is not: whether both
    reach one person is known to their mail server alone, so only mails to the same address are ever put together."""

    mailbox: str
    address: str


class MailDetails(Struct):
    """What a mail may hold at this moment. What is kept of it is sealed: the proof of the mail, a reply in its thread.

    `email`: None of a person who gave none; `address`: the lines of the envelope under the name. `tracking_token`: None where
    only a log-in opens the request. `calls_off`: whether the change that the mail is about cancelled the appointment.
    """

    email: str | None
    applicant_name: str
    address: tuple[str, ...] = ()
    mailed_to: Addressed | None = None
    preferred_contact: str | None = None
    account_id: str | None = None
    tracking_token: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    ics: str | None = None
    calls_off: bool = False
    reply_text: str | None = None
    agent: str | None = None


class ReadMailDetails(Query[MailDetails], method="notice_details"):
    """For internal processes alone. `event_id`: the change that the mail is about: its reply, its reason, its missing pieces; of a
    filing, what it began: what silence means, and from when, however late the acknowledgement leaves.

    Raises NotAllowed, RequestErased; ReminderOutdated where a reminder comes too late, or a freed slot is free no more.
    """

    request_id: UUID
    event_id: UUID | None = None
    purpose: str | None = optional_text()


class AboutMail(Struct):
    """Of one mail, as of `ReadMailDetails`. `shows_backlog`: it acknowledges a filing and has waited for our own work alone, for no
    mail server and no earlier try: its age is how late that work is."""

    request_id: UUID
    event_id: UUID
    shows_backlog: bool = False


class MailsDetails(Struct):
    """In the order of what was asked. None of a mail that is refused: asked about by itself, it is refused with its reason."""

    items: tuple[MailDetails | None, ...]


class ReadMailsDetails(Query[MailsDetails], method="notices_details"):
    """`ReadMailDetails` of several mails that are due at once."""

    mails: tuple[AboutMail, ...]
