"""A person's password, asked for again before what it guards."""

from uuid import UUID

from services.accounts.credentials import hashing, rows as credential_rows
from services.accounts.spaces.rules import FormRefused, PasswordWrong
from services.accounts.throttling.rows import take_back
from services.accounts.throttling.rules import AN_ACCOUNT
from services.accounts.throttling.use_cases import count_try
from services.chassis.errors import Unavailable
from services.chassis.event_store.store import Store

MISSING = "Indiquez votre mot de passe actuel."
WRONG = "Ce mot de passe n’est pas le vôtre."


def judge_password(store: Store, account_id: UUID, password: str, *, field: str, wrong: str) -> None:
    """Passes where it is the holder's, and where the space is gone. Raises PasswordWrong at `field` with that sentence,
    TryLater, Unavailable."""
    if _is_right(store, account_id, password, purpose="own password") is False:
        raise PasswordWrong(wrong, fields={field: wrong})


def check(
    store: Store, person_id: UUID, password: str, *, purpose: str, wrong: str = WRONG, missing: str = MISSING
) -> None:
    """Returns where it is right. Raises FormRefused at the field `password`, TryLater, Unavailable."""
    if not _is_right(store, person_id, password, purpose=purpose):
        raise FormRefused(fields={"password": wrong if password else missing})


def _is_right(store: Store, person_id: UUID, password: str, *, purpose: str) -> bool | None:
    """None where the person is gone. Wrong tries wait as at the log-in, apart for each `purpose` (an English word that names
    what is guarded).

    A try is counted before it is judged, and given back when no slot was free to judge it.
    """
    with store.transaction() as tx:
        found = credential_rows.credentials_of_person(tx.conn, person_id)
        if found is None:
            return None
        bucket = count_try(tx, store.settings, AN_ACCOUNT, purpose, str(person_id))
    try:
        right = hashing.is_password(password, found.password_hash)
    except Unavailable:  # not judged: no try
        with store.transaction() as tx:
            take_back(tx.conn, tx.now, one_on=[bucket])
        raise
    if right:
        with store.transaction() as tx:
            take_back(tx.conn, tx.now, all_on=[bucket])
    return right
