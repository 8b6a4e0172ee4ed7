"""Declared calls about what messaging holds of one person, for the archive of their data; asked by processes of ours alone.

Moments are ISO 8601.
"""

from uuid import UUID

from services.chassis.contracts import Query
from services.chassis.structs import Struct


class OwnExchange(Struct):
    """A message as the person reads it; `author`: the person's name, or the department. `read_at`: "" until it is read."""

    at: str
    direction: str
    author: str
    text: str
    read_at: str


class OwnMail(Struct):
    """A mail or letter to the person. `recipient` and `subject` are "" until it has left; its text and links are left out."""

    at: str
    purpose: str
    state: str
    recipient: str
    subject: str


class OwnThread(Struct):
    """What was written about one request; `begun`: the person's message that is not sent, "" where there is none."""

    request_id: UUID
    exchanges: tuple[OwnExchange, ...] = ()
    begun: str = ""
    mails: tuple[OwnMail, ...] = ()


class OwnThreads(Struct):
    threads: tuple[OwnThread, ...] = ()


class ReadOwnThreads(Query[OwnThreads]):
    """One of each request, in that order. No message counts as read by this."""

    request_ids: tuple[UUID, ...] = ()


class OwnMails(Struct):
    mails: tuple[OwnMail, ...] = ()


class ReadOwnMails(Query[OwnMails]):
    """The mails about the account's space."""

    account_id: UUID
