"""A space that waits for its activation, in the browser that made it: another address, the mail again."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.accounts.keys.derived_keys import DerivedKeys, email_hash
from services.accounts.keys.tokens import account_of, activation_token
from services.accounts.schemas.sign_up import CorrectPendingEmail, ResendPendingLink
from services.accounts.sign_up import rows as pending_rows
from services.accounts.sign_up.activation import enqueue_link
from services.accounts.spaces import records, rows
from services.accounts.spaces.citizen import MISSING_OF_SPACE
from services.accounts.spaces.rules import FormRefused, SignUpOver
from services.accounts.throttling.rules import PENDING_ACTS
from services.accounts.throttling.use_cases import count_asking, count_try
from services.accounts.town import rows as town_rows
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.townhall.person_fields import Errors, PersonFields

PENDING = "pending"


def token_of(account_id: UUID, keys: DerivedKeys) -> str:
    """What the browser that made the space holds of it until the activation."""
    return activation_token(account_id, PENDING, keys.pending)


def correct_pending_email(store: Store, call: Call, asked: CorrectPendingEmail) -> Done:
    """The link mailed before is revoked. The answer is the same where another space has the address."""
    errors: Errors = {}
    form = PersonFields(form={"email": asked.email}, errors=errors, missing=MISSING_OF_SPACE)
    email = form.take("email", required=True)
    if errors:
        raise FormRefused(fields=errors)

    def correct(tx: Transaction, account: rows.Account) -> None:
        wanted = email_hash(DerivedKeys(store.settings), email)
        if wanted != account.pending_email_hash:
            holder = records.holder(tx, account.account_id, account.profile)
            contact = replace(holder.profile.contact, email=email)
            records.keep(tx, account.account_id, replace(holder, profile=replace(holder.profile, contact=contact)))
            pending_rows.wait_for(tx.conn, account.account_id, wanted)
            hours = timedelta(hours=town_rows.town(tx.conn).activation_hours)
            rows.set_link(tx.conn, account.account_id, None, None, tx.now + hours)
        enqueue_link(tx, account.account_id, wanted, store, again=True)

    return _act(store, call, asked.token, correct)


def resend_pending_link(store: Store, call: Call, asked: ResendPendingLink) -> Done:
    def resend(tx: Transaction, account: rows.Account) -> None:
        if account.pending_email_hash is not None:
            enqueue_link(tx, account.account_id, account.pending_email_hash, store, again=True)

    return _act(store, call, asked.token, resend)


def _act(store: Store, call: Call, token: str, act: Callable[[Transaction, rows.Account], None]) -> Done:
    """Does it once for a command, few times for a space and for an address."""
    if done := store.done(call, Done):
        return done
    account_id = account_of_token(token, DerivedKeys(store.settings))
    count_asking(store, call)
    with store.transaction() as tx:
        waiting(tx, account_id)
        count_try(tx, store.settings, PENDING_ACTS, "pending acts", str(account_id))

    def act_once(tx: Transaction) -> Done:
        act(tx, waiting(tx, account_id))
        return Done()

    return store.run_declared(call, Done, act_once)


def account_of_token(token: str, keys: DerivedKeys) -> UUID:
    """The space of which a browser holds that token. Raises SignUpOver where there is none."""
    account_id = account_of(token)
    if account_id is None or not hmac.compare_digest(token, token_of(account_id, keys)):
        raise SignUpOver
    return account_id


def waiting(tx: Transaction, account_id: UUID) -> rows.Account:
    """Locked until the end of the transaction. Raises SignUpOver."""
    account = rows.account(tx.conn, account_id, locked=True)
    if account is None or account.activated_at is not None:
        raise SignUpOver
    return account
