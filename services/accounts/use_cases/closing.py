"""The end of a personal space: its holder is forgotten here at once, and everywhere else by the fact of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.accounts import session_store, shown_sessions
from services.accounts import store as rows
from services.accounts.account import WISHED, AccountClosed, NotYours, PasswordWrong, PersonErased, stream_of
from services.accounts.derived_keys import DerivedKeys
from services.accounts.use_cases.own_password import judge_password
from services.accounts.use_cases.session_ends import tell_ended
from services.chassis.calls import Call
from services.chassis.store import Store
from services.chassis.transaction import Transaction


def close_account(store: Store, call: Call) -> dict[str, Any]:
    """Closes the citizen's own space, for good, given the password again. Raises NotYours, PasswordWrong, TryLater.

    Profile, family, credentials and sessions are gone with the commit; requests that were filed are the town's to keep
    (glossary D3, D4). Asked again, it is closed already.
    """
    if call.actor.kind != "citizen":
        raise NotYours
    account_id, keys = UUID(call.actor.id), DerivedKeys.of(store.settings)
    judge_password(store, account_id, call.body["password"], field="password", wrong=PasswordWrong.message)

    def close(tx: Transaction) -> dict[str, Any]:
        erase(tx, account_id, WISHED)
        return {}

    return store.run(replace(call, body={"password": keys.commands.mac(call.body["password"]).hex()}), close)


def erase(tx: Transaction, account_id: UUID, reason: str) -> None:
    """Rows, key and sessions of an account in one transaction, and the facts of it; nothing when it is gone already."""
    if rows.account(tx.conn, account_id, locked=True) is None:
        return
    ended = session_store.sessions_of(tx.conn, account_id)
    rows.remove(tx.conn, account_id)
    shown_sessions.forget_refused_of(tx.conn, account_id)
    tx.destroy_key(str(account_id))
    tx.append(stream_of(account_id), [AccountClosed(reason=reason), PersonErased()])
    tell_ended(tx, ended)
