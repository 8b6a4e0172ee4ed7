"""Which accounts have a request under way, for accounts, which closes no space that has one."""

from uuid import UUID

from services.chassis.actors import only_ourselves
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import refusals, store
from services.requests.schemas.open_requests import AccountsWithOpenRequests
from services.requests.use_cases.acting import actor_of


def filter_open_requests(tx: Transaction, _: Settings, accounts: tuple[UUID, ...]) -> AccountsWithOpenRequests:
    """Raises NotAllowed to anyone but our own processes."""
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    found = store.accounts_with_open_requests(tx, [str(account) for account in accounts])
    return AccountsWithOpenRequests(accounts=tuple(UUID(account) for account in found))
