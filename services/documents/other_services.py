"""What documents asks of other services, always outside a transaction: their parts of the archive of one's data."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from services.accounts.schemas.own_data import ReadOwnSpace
from services.chassis.actors import system
from services.chassis.contracts import Query, from_json, to_json
from services.chassis.rpc.client import RpcClient
from services.content.schemas.own_data import ReadOpenedNews
from services.messaging.schemas.own_data import ReadOwnMails, ReadOwnThreads
from services.requests.schemas.own_data import ReadOwnDrafts, ReadOwnRequests

Json = dict[str, Any]
A = TypeVar("A")

DOCUMENTS = system("documents")
PATIENCE_SECONDS = 20.0
"""Nobody waits for these answers, and a page of fifty requests is one of the largest there are."""


class OtherServices:
    """Asks under the id of one call, as a process of ours. Raises Unavailable, and the refusals of who is asked."""

    def __init__(self, client: RpcClient, correlation_id: str | None) -> None:
        self._client = client
        self._correlation_id = correlation_id

    def space(self, account_id: UUID) -> Json:
        return self._ask("accounts", ReadOwnSpace(account_id=account_id))

    def drafts(self, account_id: UUID) -> list[Json]:
        return self._ask("requests", ReadOwnDrafts(account_id=account_id))["drafts"]

    def request_pages(self, account_id: UUID) -> Iterator[list[Json]]:
        """The requests of the account, a page at a time."""
        after = ""
        while True:
            page = self._ask("requests", ReadOwnRequests(account_id=account_id, after=after))
            yield page["requests"]
            after = page["next"]
            if not after:
                return

    def request(self, request_id: UUID) -> list[Json]:
        return self._ask("requests", ReadOwnRequests(request_id=request_id))["requests"]

    def mails(self, account_id: UUID) -> list[Json]:
        return self._ask("messaging", ReadOwnMails(account_id=account_id))["mails"]

    def threads(self, request_ids: Sequence[UUID]) -> list[Json]:
        return self._ask("messaging", ReadOwnThreads(request_ids=tuple(request_ids)))["threads"]

    def opened_news(self, account_id: UUID) -> list[str]:
        return self._ask("content", ReadOpenedNews(account_id=account_id))["titles"]

    def _ask(self, service: str, asked: Query[Any]) -> Json:
        """As JSON values of the declared shape."""
        answer = self._client.call(
            f"{service}.{asked.method()}",
            to_json(asked),
            actor=DOCUMENTS,
            correlation_id=self._correlation_id,
            timeout=PATIENCE_SECONDS,
        )
        return to_json(from_json(asked.answer(), answer))
