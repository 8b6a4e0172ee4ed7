"""What documents asks of other services, always outside a transaction: their parts of the archive of one's data."""

from collections.abc import Iterator, Sequence
from typing import TypeVar, cast
from uuid import UUID

from services.accounts.schemas.own_data import ReadOwnSpace
from services.chassis.actors import system
from services.chassis.contracts import Query, to_json
from services.chassis.rpc.client import RpcClient, send
from services.content.schemas.own_data import ReadOpenedNews
from services.documents.schemas.owner import SPACE, Owner
from services.messaging.schemas.own_data import ReadOwnMails, ReadOwnThreads
from services.requests.schemas.own_data import ReadOwnDrafts, ReadOwnRequests

A = TypeVar("A")
Held = dict[str, object]
"""A part of the archive: JSON values of a declared shape."""

DOCUMENTS = system("documents")
TIMEOUT_SECONDS = 20.0
"""No page waits for these answers, and a page of fifty requests is one of the largest there are."""


class OtherServices:
    """Asks under the id of one call, as a process of ours; each answer as the archive has it. Raises Unavailable, and refusals."""

    def __init__(self, client: RpcClient, correlation_id: str | None) -> None:
        self._client = client
        self._correlation_id = correlation_id

    def space(self, account_id: UUID) -> Held:
        found = self._ask(ReadOwnSpace(account_id=account_id))
        of_the_profile = ("mark", "family")  # of a page that changes it; the members follow whole
        space = cast("Held", found["space"])  # as ReadOwnSpace declares it
        return {**found, "space": {name: value for name, value in space.items() if name not in of_the_profile}}

    def drafts(self, account_id: UUID) -> Held:
        return self._ask(ReadOwnDrafts(account_id=account_id))

    def request_pages(self, owner: Owner) -> Iterator[list[Held]]:
        """The requests of the account, a page at a time; or the one request."""
        account_id, request_id = (owner.id, None) if owner.kind == SPACE else (None, owner.id)
        after = ""
        while True:
            page = self._send(ReadOwnRequests(account_id=account_id, request_id=request_id, after=after))
            yield [_as_json(one) for one in page.requests]
            after = page.next
            if not after:
                return

    def mails(self, account_id: UUID) -> Held:
        return self._ask(ReadOwnMails(account_id=account_id))

    def threads(self, request_ids: Sequence[UUID]) -> dict[str, Held]:
        """By id of the request."""
        threads = self._send(ReadOwnThreads(request_ids=tuple(request_ids))).threads
        found = {str(one.request_id): _as_json(one) for one in threads}
        return {id: {name: value for name, value in one.items() if name != "request_id"} for id, one in found.items()}

    def opened_news(self, account_id: UUID) -> Held:
        return {"opened_news": self._ask(ReadOpenedNews(account_id=account_id))["titles"]}

    def _ask(self, asked: Query[A]) -> Held:
        return _as_json(self._send(asked))

    def _send(self, asked: Query[A]) -> A:
        return send(self._client, asked, actor=DOCUMENTS, correlation_id=self._correlation_id, timeout=TIMEOUT_SECONDS)


def _as_json(declared: object) -> Held:
    """A declared answer, or a part of one, as JSON values."""
    return cast("Held", to_json(declared))  # each declared class is an object there
