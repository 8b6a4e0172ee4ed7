"""The password that somebody has, asked for again before a change that it guards."""

from uuid import UUID

from services.accounts import hashing, session_store
from services.accounts.account import FormRefused
from services.accounts.derived_keys import DerivedKeys
from services.accounts.throttle_store import Bucket, count_a_try, forgive, give_back
from services.accounts.throttling import AN_ACCOUNT
from services.chassis.errors import Unavailable
from services.chassis.store import Store

MISSING = "Indiquez votre mot de passe actuel."
WRONG = "Ce mot de passe n’est pas le vôtre."


def check(store: Store, person_id: UUID, password: str, *, purpose: str) -> None:
    """Returns where it is right. Raises FormRefused with the field `password`, or TryLater.

    A try is counted before it is judged, apart for each `purpose` (an English word that names what is guarded), and given
    back when it could not be judged.
    """
    key = DerivedKeys.of(store.settings).throttles.mac(purpose, str(person_id))
    bucket = Bucket(key=key, allowance=AN_ACCOUNT)
    with store.transaction() as tx:
        count_a_try(tx.conn, [bucket], tx.now, store.settings.rate_limits)
        found = session_store.credentials_of_person(tx.conn, person_id)
    try:
        right = hashing.is_password(password, found.password_hash if found else None)
    except Unavailable:
        with store.transaction() as tx:
            give_back(tx.conn, bucket, tx.now)
        raise
    if not right:
        raise FormRefused(fields={"password": WRONG if password else MISSING})
    with store.transaction() as tx:
        forgive(tx.conn, bucket, tx.now)
