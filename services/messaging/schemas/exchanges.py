"""Declared calls about the exchanges of a request: messages between the applicant and the town. Moments are ISO 8601."""

from datetime import datetime
from uuid import UUID

from services.chassis import contracts
from services.chassis.contracts import Command, Done, Query, checked, identifier
from services.chassis.french_fields import Text, one_of
from services.chassis.structs import Struct
from services.townhall.grants import Side, WithGrant

LONGEST_MESSAGE = 5_000


class Exchange(Struct):
    """A message as one side reads it. `direction`: a Direction; `mine`: whether the reader's side wrote it.

    `text` is None until the side it was written to has opened it; `excerpt` is a short message whole, as it was written, and
    of another the first words: `cut` says which."""

    id: str
    direction: str
    author: str
    at: str
    read_at: str | None
    excerpt: str
    cut: bool
    text: str | None
    mine: bool = False


class Thread(Struct):
    """The oldest first. `unread`: how many the reader has not opened; `begun`: the applicant's message that is not sent."""

    items: tuple[Exchange, ...]
    unread: int
    begun: str = ""


class ListExchanges(WithGrant, Query[Thread], method="exchanges"):
    """Listing never marks as read."""


class OpenExchange(WithGrant, Command[Exchange]):
    """The exchange with its text; it becomes read when the side that it was written to opens it."""

    exchange_id: str = identifier()


class ExchangeSent(Struct):
    exchange_id: str


class AddExchange(WithGrant, Command[ExchangeSent]):
    """`seen`: the last exchange on the author's page; those of the other side up to it become read.

    An empty text is refused by the rule, which says what to do."""

    text: str = checked(Text(required=True, blank=True))
    seen: str | None = identifier(required=False)


class KeepBegunMessage(WithGrant, Command[Done]):
    """Keeps the words of the applicant's side that are not sent yet; none given: drops them. They come with `exchanges`.

    `seen`: the last exchange on the page that sends them, "" for none. Words that arrive after the message they belong to
    was sent are not kept: the applicant's side has written since.
    """

    text: str = contracts.text(LONGEST_MESSAGE)
    seen: str = contracts.text(40)


class ImportedExchange(Struct):
    """`side`: a Side."""

    request_id: UUID
    side: str = checked(Text(required=True, checks=[one_of(tuple(Side))]))
    author: str = ""
    at: datetime
    read: bool = False
    text: str = checked(Text(required=True))


class ExchangesImported(Struct):
    added: int


class ImportExchanges(Command[ExchangesImported]):
    """Exchanges of sample requests, with their past dates; no mail leaves for them. For processes of ours only."""

    exchanges: tuple[ImportedExchange, ...]
