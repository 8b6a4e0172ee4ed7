"""Declared calls about what messaging holds of one person, for the archive of their data; asked by processes of ours alone.

Moments are ISO 8601.
"""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.contracts import Query


@dataclass(frozen=True, kw_only=True)
class OwnExchange:
    """A message as the person reads it; `author`: the person's name, or the department. `read_at`: "" until it is read."""

    at: str
    direction: str
    author: str
    text: str
    read_at: str


@dataclass(frozen=True, kw_only=True)
class OwnMail:
    """A mail or letter to the person. `recipient` and `subject` are "" until it has left; its text and links are left out."""

    at: str
    purpose: str
    state: str
    recipient: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class OwnThread:
    """What was written about one request; `begun`: the person's message that is not sent, "" where there is none."""

    request_id: UUID
    exchanges: tuple[OwnExchange, ...] = ()
    begun: str = ""
    mails: tuple[OwnMail, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OwnThreads:
    threads: tuple[OwnThread, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadOwnThreads(Query[OwnThreads]):
    """One of each request, in that order. No message counts as read by this."""

    request_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OwnMails:
    mails: tuple[OwnMail, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadOwnMails(Query[OwnMails]):
    """The mails about the account's space."""

    account_id: UUID
