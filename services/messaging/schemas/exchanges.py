"""Declared calls about the exchanges of a request: messages between the applicant and the town. Moments are ISO 8601."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis import contracts
from services.chassis.contracts import Command, Done, Query, checked, grant, identifier
from services.chassis.french_fields import Text, one_of

LONGEST_MESSAGE = 5_000


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A message as one side reads it. `direction`: "to_town" or "to_citizen"; `mine`: whether the reader's side wrote it.

    `text` is None until the side it was written to has opened it, `cut` whether `excerpt` leaves something out."""

    id: str
    direction: str
    author: str
    at: str
    read_at: str | None
    excerpt: str
    cut: bool
    text: str | None
    mine: bool = False


@dataclass(frozen=True, kw_only=True)
class Thread:
    """The oldest first. `unread`: how many the reader has not opened; `begun`: the applicant's message that is not sent."""

    items: tuple[Exchange, ...]
    unread: int
    begun: str = ""


@dataclass(frozen=True, kw_only=True)
class ListExchanges(Query[Thread], method="exchanges"):
    """Listing never marks as read."""

    grant: str = grant()


@dataclass(frozen=True, kw_only=True)
class OpenExchange(Command[Exchange]):
    """The exchange with its text; it becomes read when the side that it was written to opens it."""

    grant: str = grant()
    exchange_id: str = identifier()


@dataclass(frozen=True, kw_only=True)
class ExchangeSent:
    exchange_id: str


@dataclass(frozen=True, kw_only=True)
class AddExchange(Command[ExchangeSent]):
    """`seen`: the last exchange on the author's page; those of the other side up to it become read.

    An empty text is refused by the rule, which says what to do."""

    grant: str = grant()
    text: str = checked(Text(required=True, blank=True))
    seen: str | None = identifier(required=False)


@dataclass(frozen=True, kw_only=True)
class KeepBegunMessage(Command[Done]):
    """Keeps the words of the applicant's side that are not sent yet; none given: drops them. They come with `exchanges`.

    `seen`: the last exchange on the page that sends them, "" for none. Words that arrive after the message they belong to
    was sent are not kept: the applicant's side has written since.
    """

    grant: str = grant()
    text: str = contracts.text(LONGEST_MESSAGE)
    seen: str = contracts.text(40)


@dataclass(frozen=True, kw_only=True)
class ImportedExchange:
    """`side`: "citizen" or "town"."""

    request_id: UUID
    side: str = checked(Text(required=True, checks=[one_of(("citizen", "town"))]))
    author: str = ""
    at: datetime
    read: bool = False
    text: str = checked(Text(required=True))


@dataclass(frozen=True, kw_only=True)
class ExchangesImported:
    added: int


@dataclass(frozen=True, kw_only=True)
class ImportExchanges(Command[ExchangesImported]):
    """Exchanges of sample requests, with their past dates; no mail leaves for them. For processes of ours only."""

    exchanges: tuple[ImportedExchange, ...]
