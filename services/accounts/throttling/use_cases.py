"""How many spaces and mails may be asked for from one address."""

from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.throttling.rows import Bucket, count_a_try
from services.accounts.throttling.rules import ASKING
from services.chassis.calls import Call
from services.chassis.event_store.store import Store


def count_asking(store: Store, call: Call) -> None:
    """One more space or mail asked for from that address. Raises TryLater."""
    seen = call.body["address_seen"] or f"{call.actor.kind} {call.actor.id}"
    bucket = Bucket(key=DerivedKeys.of(store.settings).throttles.mac("asking", seen), allowance=ASKING)
    with store.transaction() as tx:
        count_a_try(tx.conn, [bucket], tx.now, store.settings.rate_limits)
