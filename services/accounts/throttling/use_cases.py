"""Tries counted on the address that a call came from, and mails counted on the mailbox that gets them."""

from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.throttling.rows import Bucket, count_a_try
from services.accounts.throttling.rules import ASKING, MAILS_TO_ONE_HOLDER, Allowance, TryLater
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings


def count_try(tx: Transaction, settings: Settings, allowance: Allowance, *about: str) -> Bucket:
    """One more try of what these words name, counted before it is known whether it is right. Raises TryLater."""
    bucket = Bucket(key=DerivedKeys(settings).throttles.mac(*about), allowance=allowance)
    count_a_try(tx.conn, [bucket], tx.now, settings.rate_limits)
    return bucket


def count_asking(store: Store, call: Call) -> None:
    """One more space or mail that is asked for, as of `count_call`."""
    count_call(store, call, "asking", ASKING)


def count_call(store: Store, call: Call, purpose: str, allowance: Allowance) -> None:
    """One more of that purpose from the address of the call, or of its actor where no address was seen. Raises TryLater."""
    seen = call.body["address_seen"] or f"{call.actor.kind} {call.actor.id}"
    with store.transaction() as tx:
        count_try(tx, store.settings, allowance, purpose, seen)


def may_be_mailed(tx: Transaction, settings: Settings, purpose: str, holder: str) -> bool:
    """Counts one more mail of that purpose to that holder; False where the share is used up."""
    try:
        count_try(tx, settings, MAILS_TO_ONE_HOLDER, purpose, holder)
    except TryLater:
        return False
    return True
