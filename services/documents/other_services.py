"""What documents asks of other services, always outside a transaction: their parts of the archive of one's data."""

from collections.abc import Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from services.accounts.schemas.own_data import OwnSpace, ReadOwnSpace
from services.chassis.actors import system
from services.chassis.contracts import Query
from services.chassis.rpc.client import RpcClient, send
from services.content.schemas.own_data import OpenedNews, ReadOpenedNews
from services.documents.schemas.owner import SPACE, Owner
from services.messaging.schemas.own_data import OwnMails, OwnThread, ReadOwnMails, ReadOwnThreads
from services.requests.schemas.own_data import OwnDraft, OwnRequest, ReadOwnDrafts, ReadOwnRequests

A = TypeVar("A")

DOCUMENTS = system("documents")
TIMEOUT_SECONDS = 20.0
"""No page waits for these answers, and a page of fifty requests is one of the largest there are."""


class OtherServices:
    """Asks under the id of one call, as a process of ours. Raises Unavailable, and refusals."""

    def __init__(self, client: RpcClient, correlation_id: str | None) -> None:
        self._client = client
        self._correlation_id = correlation_id

    def space(self, account_id: UUID) -> OwnSpace:
        return self._ask(ReadOwnSpace(account_id=account_id))

    def drafts(self, account_id: UUID) -> tuple[OwnDraft, ...]:
        return self._ask(ReadOwnDrafts(account_id=account_id)).drafts

    def request_pages(self, owner: Owner) -> Iterator[tuple[OwnRequest, ...]]:
        """The requests of the account, a page at a time; or the one request."""
        account_id, request_id = (owner.id, None) if owner.kind == SPACE else (None, owner.id)
        after = ""
        while True:
            page = self._ask(ReadOwnRequests(account_id=account_id, request_id=request_id, after=after))
            yield page.requests
            after = page.next
            if not after:
                return

    def mails(self, account_id: UUID) -> OwnMails:
        return self._ask(ReadOwnMails(account_id=account_id))

    def threads(self, request_ids: Sequence[UUID]) -> dict[UUID, OwnThread]:
        """By id of the request."""
        threads = self._ask(ReadOwnThreads(request_ids=tuple(request_ids))).threads
        return {one.request_id: one for one in threads}

    def opened_news(self, account_id: UUID) -> OpenedNews:
        return self._ask(ReadOpenedNews(account_id=account_id))

    def _ask(self, asked: Query[A]) -> A:
        return send(self._client, asked, actor=DOCUMENTS, correlation_id=self._correlation_id, timeout=TIMEOUT_SECONDS)
