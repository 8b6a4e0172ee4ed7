"""Declared call about what content holds of one person, for the archive of their data; asked by processes of ours alone."""

from uuid import UUID

from services.chassis.contracts import Query
from services.chassis.structs import Struct


class OpenedNews(Struct):
    """The titles of the private news that the person has opened."""

    titles: tuple[str, ...] = ()


class ReadOpenedNews(Query[OpenedNews]):
    account_id: UUID
