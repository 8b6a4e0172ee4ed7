"""What the link that ends a closure shows, and what the mails about one hold."""

from dataclasses import replace
from uuid import UUID

from services.accounts.closures import rows as closure_rows, rules
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import account_of, activation_token, is_of
from services.accounts.schemas import closures as said
from services.accounts.schemas.mails import Mail
from services.accounts.schemas.people import NoticeDetails
from services.accounts.spaces import records, rows
from services.accounts.spaces.rules import NothingToSay, own
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings


def open_closure_return(tx: Transaction, _: Settings, asked: said.OpenClosureReturn) -> said.ClosureReturn:
    closure, account = of_link(tx, asked.token)
    username = records.holder(tx, account.account_id, account.profile).username
    days = shown(rules.days_until(closure.due_at))
    return said.ClosureReturn(username=username, last_day=days.last_day, erased_on=days.erased_on)


def of_link(tx: Transaction, token: str) -> tuple[closure_rows.Closure, rows.Account]:
    """The closure that the token takes back, and its space."""
    closure_id = account_of(token)
    closure = closure_rows.closure(tx.conn, closure_id) if closure_id else None
    if closure is None or not is_of(token, closure.token_hash):
        raise rules.ClosureLinkUnknown
    if closure.state == rules.State.WITHDRAWN:
        raise rules.ClosureLinkUsed
    account = rows.account(tx.conn, closure.account_id)
    if closure.state not in (rules.State.ASKED, rules.State.REMINDED) or closure.due_at <= tx.now or account is None:
        raise rules.ClosureLinkExpired
    return closure, account


def shown(days: rules.Days) -> said.Closure:
    return said.Closure(last_day=days.last_day.isoformat(), erased_on=days.erased_on.isoformat())


def notice_details(tx: Transaction, settings: Settings, account_id: UUID, purpose: Mail, about: str) -> NoticeDetails:
    """What a mail about it needs, at the moment it is sent. Raises NothingToSay when it has lost its reason."""
    closure = closure_rows.closure(tx.conn, UUID(about))
    if closure is None or closure.account_id != account_id:
        raise NothingToSay
    expected = {Mail.CLOSURE_DONE: (rules.State.ENDING,), Mail.CLOSURE_WITHDRAWN: (rules.State.WITHDRAWN,)}
    if closure.state not in expected.get(purpose, (rules.State.ASKED, rules.State.REMINDED)):
        raise NothingToSay
    details = replace(
        records.addressed(tx, rows.account(tx.conn, account_id)),
        inactive=closure.reason == rules.INACTIVE,
        **vars(shown(rules.days_until(closure.due_at))),
    )
    if purpose in expected:
        return details
    if closure.due_at <= tx.now:
        raise NothingToSay
    key = DerivedKeys(settings).closures
    return replace(details, token=activation_token(closure.closure_id, closure.nonce, key))


def foresee_closure(tx: Transaction, _: Settings, asked: said.ForeseeClosure) -> said.Closure:
    own(tx.actor)
    return shown(rules.days_from(tx.now))
