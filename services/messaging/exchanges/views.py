"""The thread of a request as each side sees it. Reading marks nothing."""

from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.messaging.exchanges import rows
from services.messaging.exchanges.rules import KEPT, Exchange
from services.messaging.schemas import exchanges as shown
from services.townhall.grants import Grant, Right, Side


def listed(tx: Transaction, _: Settings, __: shown.ListExchanges, grant: Grant) -> shown.Thread:
    """The thread as the grant's side lists it; those still to be opened show their first words only."""
    grant.require(Right.READ)
    exchanges = thread(tx, grant)
    return shown.Thread(
        items=tuple(exchange.listed(grant.side, grant.department) for exchange in exchanges),
        unread=sum(exchange.unread_by(grant.side) for exchange in exchanges),
        begun=_begun(tx, grant),
    )


def thread(tx: Transaction, grant: Grant) -> list[Exchange]:
    """The exchanges of a request, oldest first; those whose key is destroyed are gone. Reading marks nothing."""
    return [one for _, _, one in rows.exchanges(tx, [grant.request])]


def _begun(tx: Transaction, grant: Grant) -> str:
    """The words that wait, "" where there are none; those of the applicant's side are for that side alone."""
    if grant.side is not Side.CITIZEN:
        return ""
    return rows.begun(tx, [grant.request], since=tx.now - KEPT).get(grant.request, "")
