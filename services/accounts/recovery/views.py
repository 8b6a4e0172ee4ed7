"""What the link of a new password offers."""

from uuid import UUID

from services.accounts.keys.tokens import account_of, is_of
from services.accounts.recovery import rows as recovery_rows
from services.accounts.recovery.rows import Link
from services.accounts.recovery.rules import ResetLinkExpired, ResetLinkUnknown, ResetLinkUsed
from services.accounts.schemas.people import NoticeDetails
from services.accounts.schemas.recovery import PasswordResetLink, ResetOffer
from services.accounts.second_factor import rows as second_factor_rows
from services.accounts.spaces import records, rows
from services.accounts.spaces.rules import NothingToSay
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction


def addressed(tx: Transaction, person_id: UUID) -> NoticeDetails:
    agent = second_factor_rows.agent(tx.conn, person_id)
    if agent is not None:
        details = records.agent_details(tx, person_id, agent.details)
        return NoticeDetails(email=details.email, name=agent.function, username=details.username)
    account = rows.account(tx.conn, person_id)
    if account is None:
        raise NothingToSay
    return records.addressed(records.holder(tx, person_id, account.profile))


def password_reset_link(store: Store, call: Call, asked: PasswordResetLink) -> ResetOffer:
    with store.viewing(call.actor) as tx:
        link = open_link(tx, asked.token)
        return ResetOffer(
            username=addressed(tx, link.person_id).username,
            second_factor=link.kind == "agent",
            expires_at=link.expires_at.isoformat(),
        )


def open_link(tx: Transaction, token: str) -> Link:
    person_id = account_of(token)
    links = recovery_rows.links_of(tx.conn, person_id) if person_id else []
    named = [link for link in links if is_of(token, link.token_hash)]
    if not named or not named[0].active:
        raise ResetLinkUnknown
    [link] = named
    if link.used_at is not None:
        raise ResetLinkUsed
    if link.expires_at <= tx.now:
        raise ResetLinkExpired
    return link
