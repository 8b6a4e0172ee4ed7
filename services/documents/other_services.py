"""What documents asks of other services, always outside a transaction: their parts of the archive of one's data."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from services.accounts.schemas.own_data import ReadOwnSpace
from services.chassis.actors import system
from services.chassis.contracts import Json, Query, to_json
from services.chassis.rpc.client import RpcClient, send
from services.content.schemas.own_data import ReadOpenedNews
from services.messaging.schemas.own_data import ReadOwnMails, ReadOwnThreads
from services.requests.schemas.own_data import ReadOwnDrafts, ReadOwnRequests

DOCUMENTS = system("documents")
TIMEOUT_SECONDS = 20.0
"""No page waits for these answers, and a page of fifty requests is one of the largest there are."""


class OtherServices:
    """Asks under the id of one call, as a process of ours; each answer as the archive has it. Raises Unavailable, and refusals."""

    def __init__(self, client: RpcClient, correlation_id: str | None) -> None:
        self._client = client
        self._correlation_id = correlation_id

    def space(self, account_id: UUID) -> Json:
        found = self._ask(ReadOwnSpace(account_id=account_id))
        found["space"].pop("mark")  # of a page that changes the profile
        found["space"].pop("family")  # the members follow whole
        return found

    def drafts(self, account_id: UUID) -> Json:
        return self._ask(ReadOwnDrafts(account_id=account_id))

    def request_pages(self, account_id: UUID) -> Iterator[list[Json]]:
        """The requests of the account, a page at a time."""
        after = ""
        while True:
            page = self._ask(ReadOwnRequests(account_id=account_id, after=after))
            yield page["requests"]
            after = page["next"]
            if not after:
                return

    def request(self, request_id: UUID) -> list[Json]:
        return self._ask(ReadOwnRequests(request_id=request_id))["requests"]

    def mails(self, account_id: UUID) -> Json:
        return self._ask(ReadOwnMails(account_id=account_id))

    def threads(self, request_ids: Sequence[UUID]) -> dict[str, Json]:
        """By id of the request."""
        found = self._ask(ReadOwnThreads(request_ids=tuple(request_ids)))["threads"]
        return {thread.pop("request_id"): thread for thread in found}

    def opened_news(self, account_id: UUID) -> Json:
        return {"opened_news": self._ask(ReadOpenedNews(account_id=account_id))["titles"]}

    def _ask(self, asked: Query[Any]) -> Json:
        """As JSON values of the declared shape."""
        about = {"actor": DOCUMENTS, "correlation_id": self._correlation_id}
        return to_json(send(self._client, asked, **about, timeout=TIMEOUT_SECONDS))
