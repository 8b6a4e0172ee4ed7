"""A space is to be erased: asked for, taken back by the mailed link, or carried out when its days are over."""

from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from services.accounts.closures import rows as closure_rows, rules
from services.accounts.closures.erasure import erase
from services.accounts.closures.views import of_link, shown
from services.accounts.credentials import rows as credential_rows
from services.accounts.credentials.use_cases import judge_password
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import new_link
from services.accounts.schemas import closures as said, facts
from services.accounts.sessions import rows as session_rows
from services.accounts.sessions.lifetime import end_sessions_of
from services.accounts.spaces import records, rows
from services.accounts.spaces.rules import WISHED, PasswordWrong, own, stream_of
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction

PENDING = "accounts.closures"
"""The signal that is set when one was asked for."""

MISSING = "Indiquez le mot de passe de votre espace."


def request_closure(store: Store, call: Call, asked: said.RequestClosure) -> said.Closure:
    """Asked again while it waits, it is the closure that waits."""
    account_id, keys = own(call.actor), DerivedKeys(store.settings)
    judge_password(store, account_id, asked.password, field="password", wrong=PasswordWrong.message)
    return store.run_declared(call, said.Closure, lambda tx: shown(begin(tx, account_id, WISHED, keys)))


def begin(tx: Transaction, account_id: UUID, reason: str, keys: DerivedKeys) -> rules.Days:
    """Locks the space and ends its sessions. Raises AccountUnknown where it is gone."""
    records.known(tx, account_id, locked=True)
    waiting = closure_rows.pending(tx.conn, account_id)
    if waiting is not None:
        return rules.days_until(waiting.due_at)
    days, closure_id = rules.days_from(tx.now), tx.new_id()
    nonce, token_hash = new_link(closure_id, keys.closures)
    closure = closure_rows.Closure(
        closure_id=closure_id,
        account_id=account_id,
        reason=reason,
        asked_at=tx.now,
        due_at=days.due_at,
        nonce=nonce,
        token_hash=token_hash,
        state=rules.State.ASKED,
        next_at=days.due_at - rules.REMINDED_BEFORE,
    )
    tx.conn.execute(closure_rows.ADD, vars(closure))
    closure_rows.may_log_in(tx.conn, account_id, active=False)
    credential_rows.use_links(tx.conn, account_id, tx.now)
    end_sessions_of(tx, account_id)
    fact = facts.AccountClosureRequested(
        closure_id=str(closure_id), reason=reason, erased_on=days.erased_on.isoformat()
    )
    tx.append(stream_of(account_id), [fact])
    tx.wake(PENDING)
    return days


def refuse_where_pending(tx: Transaction, account_id: UUID) -> None:
    """After the right password was given. Raises ClosurePending."""
    waiting = closure_rows.pending(tx.conn, account_id)
    if waiting is not None:
        raise rules.ClosurePending(rules.days_until(waiting.due_at), can_return=tx.now < waiting.due_at)


def mail_the_way_back(tx: Transaction, account_id: UUID) -> bool:
    """Enqueues the link again for the holder of a space that is to be erased; False where it is not to be."""
    waiting = closure_rows.pending(tx.conn, account_id)
    if waiting is None:
        return False
    tx.append(stream_of(account_id), [facts.AccountClosureLinkAsked(closure_id=str(waiting.closure_id))])
    return True


def withdraw_closure(store: Store, call: Call, asked: said.WithdrawClosure) -> Done:
    if done := store.done(call, Done):
        return done
    with store.viewing(call.actor) as tx:
        account_id = of_link(tx, asked.token)[1].account_id
    if not asked.password:
        raise PasswordWrong(MISSING, fields={"password": MISSING})
    judge_password(store, account_id, asked.password, field="password", wrong=rules.STAYS_CLOSED)

    def withdraw(tx: Transaction) -> Done:
        rows.account(tx.conn, account_id, locked=True)
        _reopen(tx, of_link(tx, asked.token)[0])
        return Done()

    return store.run_declared(call, Done, withdraw)


def reopen_if_asked_since(tx: Transaction, account: rows.Account, since: datetime) -> None:
    """For the old address, which takes a change of e-mail back: a closure that came after it is void as well. The account is
    locked."""
    waiting = closure_rows.pending(tx.conn, account.account_id)
    if waiting is not None and waiting.asked_at >= since:
        _reopen(tx, waiting)


def carry_out_due(store: Store) -> float | None:
    """What is due of each closure, each in its transaction; in how many seconds the next one is, None where none waits."""
    while True:
        with store.read() as conn:
            found = closure_rows.due(conn, store.clock.now())
        if not found:
            return _next_in(store)
        for closure in found:
            _carry_out(store, closure)


def _carry_out(store: Store, seen: closure_rows.Closure) -> None:
    """The step that follows; nothing where another process took it, or the holder returned meanwhile."""
    with store.transaction() as tx:
        account = rows.account(tx.conn, seen.account_id, locked=True)
        closure = closure_rows.closure(tx.conn, seen.closure_id, locked=True)
        if closure is None or (closure.state, closure.next_at) != (seen.state, seen.next_at):
            return
        stream, about, state = stream_of(seen.account_id), str(seen.closure_id), rules.State(closure.state)
        match state:
            case rules.State.ERASED | rules.State.WITHDRAWN:
                tx.conn.execute(closure_rows.FORGET, {"closure_id": closure.closure_id})
            case _ if account is None:
                _move(tx, closure, rules.State.ERASED, tx.now + rules.KEPT_AFTER)
            case rules.State.ASKED:
                if tx.now < closure.due_at:
                    tx.append(stream, [facts.AccountClosureNear(closure_id=about)])
                _move(tx, closure, rules.State.REMINDED, closure.due_at)
            case rules.State.REMINDED:
                tx.append(stream, [facts.AccountClosureDue(closure_id=about)])
                _move(tx, closure, rules.State.ENDING, tx.now + rules.ERASED_AFTER_MAIL)
            case rules.State.ENDING:
                erase(tx, closure.account_id, closure.reason)
                _move(tx, closure, rules.State.ERASED, tx.now + rules.KEPT_AFTER)
            case _:
                assert_never(state)


def _reopen(tx: Transaction, closure: closure_rows.Closure) -> None:
    """The account is locked."""
    _move(tx, closure, rules.State.WITHDRAWN, tx.now + rules.KEPT_AFTER)
    closure_rows.may_log_in(tx.conn, closure.account_id, active=True)
    rows.used(tx.conn, closure.account_id, tx.now)
    session_rows.end_sessions_of(tx.conn, closure.account_id)  # one that a log-in of that very second left behind
    tx.append(stream_of(closure.account_id), [facts.AccountClosureWithdrawn(closure_id=str(closure.closure_id))])


def _move(tx: Transaction, closure: closure_rows.Closure, state: rules.State, next_at: datetime) -> None:
    tx.conn.execute(closure_rows.MOVE, {"closure_id": closure.closure_id, "state": state.value, "next_at": next_at})


def _next_in(store: Store) -> float | None:
    with store.read() as conn:
        at = closure_rows.next_at(conn)
    return None if at is None else max(timedelta(), at - store.clock.now()).total_seconds()
