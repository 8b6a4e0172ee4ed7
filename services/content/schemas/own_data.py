"""Declared call about what content holds of one person, for the archive of their data; asked by processes of ours alone."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.contracts import Query


@dataclass(frozen=True, kw_only=True)
class OpenedNews:
    """The titles of the private news that the person has opened."""

    titles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadOpenedNews(Query[OpenedNews]):
    account_id: UUID
