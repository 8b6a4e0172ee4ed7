"""The password asked again of whoever is logged in, before what only the holder may do."""

from uuid import UUID

from services.accounts import hashing, session_store
from services.accounts.account import PasswordWrong
from services.accounts.derived_keys import DerivedKeys
from services.accounts.throttle_store import Bucket, count_a_try, forgive, give_back
from services.accounts.throttling import AN_ACCOUNT
from services.chassis.errors import Unavailable
from services.chassis.store import Store


def judge_password(store: Store, account_id: UUID, password: str, *, field: str, wrong: str) -> None:
    """Passes where it is the holder's, and where the space is gone; waits after wrong tries as the log-in does.

    The try is counted before it is judged, and given back when no slot was free to judge it. Raises PasswordWrong at `field`
    with that sentence, TryLater, Unavailable.
    """
    key = DerivedKeys.of(store.settings).throttles.mac("own password", str(account_id))
    bucket = Bucket(key=key, allowance=AN_ACCOUNT)
    with store.transaction() as tx:
        found = session_store.credentials_of_person(tx.conn, account_id)
        if found is None:
            return
        count_a_try(tx.conn, [bucket], tx.now, store.settings.rate_limits)
    try:
        right = hashing.is_password(password, found.password_hash)
    except Unavailable:  # not judged: no try
        with store.transaction() as tx:
            give_back(tx.conn, bucket, tx.now)
        raise
    if not right:
        raise PasswordWrong(wrong, fields={field: wrong})
    with store.transaction() as tx:
        forgive(tx.conn, bucket, tx.now)
