"""Declared call about who has a request under way; asked by accounts before a space that is not used is closed."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.contracts import Query
from services.chassis.structs import Struct


class AccountsWithOpenRequests(Struct):
    """Ids of accounts, in no order."""

    accounts: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class FilterOpenRequests(Query[AccountsWithOpenRequests]):
    """Those of these accounts that hold a request which is not closed. For services of ours."""

    accounts: tuple[UUID, ...]
