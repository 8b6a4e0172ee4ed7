"""The activation link: made, mailed again, followed; and what becomes of a space that nobody activated."""

import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.accounts import records
from services.accounts import store as rows
from services.accounts.account import (
    NEVER_ACTIVATED_KEPT,
    NOT_ACTIVATED,
    AccountActivated,
    ActivationLinkExpired,
    ActivationLinkRenewed,
    ActivationLinkUnknown,
    AlreadyActive,
    stream_of,
)
from services.accounts.derived_keys import DerivedKeys
from services.accounts.throttle_store import Bucket, count_a_try
from services.accounts.throttling import ASKING
from services.accounts.tokens import account_of, activation_token, digest, new_token
from services.accounts.use_cases.closing import erase
from services.chassis.calls import Call
from services.chassis.store import Store
from services.chassis.transaction import Transaction


def activate(store: Store, call: Call) -> dict[str, Any]:
    """Opens the space of the link. Raises ActivationLinkUnknown, ActivationLinkExpired, AlreadyActive."""
    return store.run(call, lambda tx: _activate(tx, call.body["token"]))


def activation(store: Store, call: Call) -> dict[str, Any]:
    """The user name of the space that the link would open now; refused as `activate` refuses, and nothing changes.

    A space still to activate keeps the name first chosen, however often its address is given again: its holder reads which.
    """
    with store.viewing(call.actor) as tx:
        account = _waiting(tx, call.body["token"])
        return {"username": records.holder(tx, account.account_id, account.profile).username}


def _waiting(tx: Transaction, token: str, *, locked: bool = False) -> rows.Account:
    account_id = account_of(token)
    account = rows.account(tx.conn, account_id, locked=locked) if account_id else None
    if account is None or not hmac.compare_digest(account.activation_hash or "", digest(token)):
        raise ActivationLinkUnknown
    if account.activated_at is not None:
        raise AlreadyActive
    if account.activation_expires_at is None or account.activation_expires_at <= tx.now:
        raise ActivationLinkExpired
    return account


def _activate(tx: Transaction, token: str) -> dict[str, Any]:
    account = _waiting(tx, token, locked=True)
    rows.activate(tx.conn, account.account_id, tx.now)
    tx.append(stream_of(account.account_id), [AccountActivated()])
    return {}


def send_activation(store: Store, call: Call) -> dict[str, Any]:
    """Mails a new link where that address has a space to activate; the answer never tells. Raises TryLater."""
    count_asking(store, call)
    keys = DerivedKeys.of(store.settings)

    def renew(tx: Transaction) -> dict[str, Any]:
        account = rows.account_by_email(tx.conn, email_hash(keys, call.body["email"]))
        if account is not None and account.activated_at is None:
            renew_link(tx, account.account_id, rows.town(tx.conn), keys, mail=True)
        return {}

    return store.run(call, renew)


def renew_link(tx: Transaction, account_id: UUID, town: rows.Town, keys: DerivedKeys, *, mail: bool = False) -> None:
    """A link that works, from now, as long as the town says; the one before is dead. `mail`: it is to be sent."""
    nonce = new_token()
    token = activation_token(account_id, nonce, keys.activation)
    rows.set_link(tx.conn, account_id, nonce, digest(token), tx.now + timedelta(hours=town.activation_hours))
    if mail:
        tx.append(stream_of(account_id), [ActivationLinkRenewed()])


def email_hash(keys: DerivedKeys, email: str) -> bytes:
    """By which an address is found; case does not count, as no town wants two spaces for one mailbox."""
    return keys.emails.mac(email.strip().casefold())


def count_asking(store: Store, call: Call) -> None:
    """One more space or mail asked for from that address. Raises TryLater."""
    seen = call.body["address_seen"] or f"{call.actor.kind} {call.actor.id}"
    bucket = Bucket(key=DerivedKeys.of(store.settings).throttles.mac("asking", seen), allowance=ASKING)
    with store.transaction() as tx:
        count_a_try(tx.conn, [bucket], tx.now, store.settings.rate_limits)


def close_never_activated(store: Store) -> None:
    """Frees names and addresses of spaces that nobody activated, a month after their last link expired."""
    with store.transaction() as tx:
        closed = rows.never_activated(tx.conn, tx.now - NEVER_ACTIVATED_KEPT)
        for account_id in closed:
            erase(tx, account_id, NOT_ACTIVATED)
