"""What the activation link opens, and what its mail says."""

from dataclasses import replace
from uuid import UUID

from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import account_of, activation_token, is_of
from services.accounts.schemas.people import NoticeDetails
from services.accounts.schemas.sign_up import ActivationOffer, OpenActivation
from services.accounts.spaces import records, rows, rules as space_rules
from services.accounts.town import rows as town_rows
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings


def activation(tx: Transaction, _: Settings, asked: OpenActivation) -> ActivationOffer:
    """A space still to activate keeps the name first chosen, however often its address is given again: its holder reads which."""
    account = of_link(tx, asked.token)
    return ActivationOffer(username=records.holder(tx, account.account_id, account.profile).username)


def of_link(tx: Transaction, token: str, *, locked: bool = False) -> rows.Account:
    account_id = account_of(token)
    account = rows.account(tx.conn, account_id, locked=locked) if account_id else None
    if account is None or not is_of(token, account.activation_hash):
        raise space_rules.ActivationLinkUnknown
    if account.activated_at is not None:
        raise space_rules.AlreadyActive
    if account.activation_expires_at is None or account.activation_expires_at <= tx.now:
        raise space_rules.ActivationLinkExpired
    return account


def notice_details(tx: Transaction, settings: Settings, account_id: UUID) -> NoticeDetails:
    """What the mail of the link needs, at the moment it is sent. Raises NothingToSay when no link waits."""
    account = rows.account(tx.conn, account_id)
    if account is None:
        raise space_rules.NothingToSay
    expires_at, nonce = account.activation_expires_at, account.activation_nonce
    if account.activated_at is not None or nonce is None or expires_at is None or expires_at <= tx.now:
        raise space_rules.NothingToSay
    return replace(
        records.addressed(tx, account),
        token=activation_token(account_id, nonce, DerivedKeys(settings).activation),
        valid_hours=town_rows.town(tx.conn).activation_hours,
        expires_at=expires_at.isoformat(),
    )
