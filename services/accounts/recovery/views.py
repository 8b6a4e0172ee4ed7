"""What the link of a new password offers, and what the mails about what was forgotten hold."""

from dataclasses import replace
from uuid import UUID

from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import account_of, activation_token, is_of
from services.accounts.recovery import rows as recovery_rows
from services.accounts.recovery.rules import ResetLinkExpired, ResetLinkUnknown, ResetLinkUsed
from services.accounts.schemas.mails import Mail
from services.accounts.schemas.people import NoticeDetails
from services.accounts.schemas.recovery import PasswordResetLink, ResetOffer
from services.accounts.second_factor import rows as second_factor_rows
from services.accounts.spaces import records, rows
from services.accounts.spaces.rules import NothingToSay
from services.accounts.town import rows as town_rows
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings


def addressed(tx: Transaction, person_id: UUID) -> NoticeDetails:
    agent = second_factor_rows.agent(tx.conn, person_id)
    if agent is not None:
        details = records.agent_details(tx, person_id, agent.details)
        return NoticeDetails(email=details.email, name=agent.function, username=details.username)
    return records.addressed(tx, rows.account(tx.conn, person_id))


def password_reset_link(tx: Transaction, _: Settings, asked: PasswordResetLink) -> ResetOffer:
    link = open_link(tx, asked.token)
    return ResetOffer(
        username=addressed(tx, link.person_id).username,
        second_factor=link.kind == "agent",
        expires_at=link.expires_at.isoformat(),
    )


def open_link(tx: Transaction, token: str) -> recovery_rows.ResetLink:
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


def notice_details(tx: Transaction, settings: Settings, person_id: UUID, purpose: Mail) -> NoticeDetails:
    """What one of these mails needs, at the moment it is sent; the token is made here, kept nowhere.

    Raises NothingToSay when the person is gone, or no link waits any more.
    """
    details = addressed(tx, person_id)
    if purpose is not Mail.PASSWORD_RESET:
        return details
    for link in recovery_rows.links_of(tx.conn, person_id):
        if link.active and link.used_at is None and link.expires_at > tx.now:
            return replace(
                details,
                token=activation_token(person_id, link.nonce, DerivedKeys(settings).resets),
                valid_minutes=town_rows.town(tx.conn).reset_minutes,
                expires_at=link.expires_at.isoformat(),
            )
    raise NothingToSay
