"""What the link that ends a closure shows."""

from dataclasses import asdict

from services.accounts.closures import rows as closure_rows, rules
from services.accounts.closures.rows import Closure
from services.accounts.keys.tokens import account_of, is_of
from services.accounts.schemas import closures as said
from services.accounts.spaces import records, rows
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction


def open_closure_return(store: Store, call: Call, asked: said.OpenClosureReturn) -> said.ClosureReturn:
    with store.viewing(call.actor) as tx:
        closure, account = of_link(tx, asked.token)
        username = records.holder(tx, account.account_id, account.profile).username
        return said.ClosureReturn(username=username, **asdict(shown(rules.days_until(closure.due_at))))


def of_link(tx: Transaction, token: str) -> tuple[Closure, rows.Account]:
    """The closure that the token takes back, and its space."""
    closure_id = account_of(token)
    closure = closure_rows.closure(tx.conn, closure_id) if closure_id else None
    if closure is None or not is_of(token, closure.token_hash):
        raise rules.ClosureLinkUnknown
    if closure.state == rules.WITHDRAWN:
        raise rules.ClosureLinkUsed
    account = rows.account(tx.conn, closure.account_id)
    if closure.state not in (rules.ASKED, rules.REMINDED) or closure.due_at <= tx.now or account is None:
        raise rules.ClosureLinkExpired
    return closure, account


def shown(days: rules.Days) -> said.Closure:
    return said.Closure(last_day=days.last_day.isoformat(), erased_on=days.erased_on.isoformat())
