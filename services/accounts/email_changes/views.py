"""What the links of a change of e-mail address show, and what the mails about one hold."""

from dataclasses import replace
from uuid import UUID

from services.accounts.email_changes import rows as email_change_rows
from services.accounts.email_changes.rules import UNDO_DAYS, EmailLinkExpired, EmailLinkUnknown, EmailLinkUsed
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import account_of, activation_token, is_of
from services.accounts.schemas.mails import Mail
from services.accounts.schemas.people import NoticeDetails
from services.accounts.schemas.profile import EmailLink, OpenEmailConfirmation, OpenEmailUndo
from services.accounts.spaces import records
from services.accounts.spaces.rules import NothingToSay
from services.accounts.town import rows as town_rows
from services.chassis.actors import Actor
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings


def open_email_confirmation(tx: Transaction, _: Settings, asked: OpenEmailConfirmation) -> EmailLink:
    change = to_confirm(tx, asked.token)
    email = email_change_rows.addresses(tx, change)["new"]
    return EmailLink(email=email, needs_password=not is_holder(tx.actor, change))


def open_email_undo(tx: Transaction, _: Settings, asked: OpenEmailUndo) -> EmailLink:
    return EmailLink(email=email_change_rows.addresses(tx, to_undo(tx, asked.token))["old"])


def to_confirm(tx: Transaction, token: str, *, locked: bool = False) -> email_change_rows.EmailChange:
    change = _change_of(tx, token, undo=False, locked=locked)
    if change.undone_at is not None or (change.dropped_at is not None and change.counted_at is None):
        raise EmailLinkUnknown
    if change.counted_at is not None:
        raise EmailLinkUsed
    if change.expires_at <= tx.now:
        raise EmailLinkExpired
    return change


def to_undo(tx: Transaction, token: str, *, locked: bool = False) -> email_change_rows.EmailChange:
    change = _change_of(tx, token, undo=True, locked=locked)
    if change.undone_at is not None:
        raise EmailLinkUsed
    if change.undo_until <= tx.now:
        raise EmailLinkExpired
    return change


def _change_of(tx: Transaction, token: str, *, undo: bool, locked: bool) -> email_change_rows.EmailChange:
    change_id = account_of(token)
    change = email_change_rows.change(tx.conn, change_id, locked=locked) if change_id else None
    if change is None or not is_of(token, change.undo_hash if undo else change.confirm_hash):
        raise EmailLinkUnknown
    return change


def is_holder(actor: Actor | None, change: email_change_rows.EmailChange) -> bool:
    return actor is not None and (actor.kind, actor.id) == ("citizen", str(change.account_id))


def notice_details(tx: Transaction, settings: Settings, account_id: UUID, purpose: Mail, about: str) -> NoticeDetails:
    """What a mail about such a change needs, at the moment it is sent. Raises NothingToSay when it has lost its reason."""
    keys = DerivedKeys(settings)
    change = email_change_rows.change(tx.conn, UUID(about))
    if change is None or change.account_id != account_id:
        raise NothingToSay
    addresses = email_change_rows.addresses(tx, change)
    holder = records.holder(tx, account_id, records.known(tx, account_id).profile)
    details = NoticeDetails(username=holder.username, name=holder.name, email=addresses["old"], valid_days=UNDO_DAYS)
    match purpose:
        case Mail.EMAIL_CHANGE_LINK:
            if change.dropped_at is not None or change.counted_at is not None or change.expires_at <= tx.now:
                raise NothingToSay
            token = activation_token(change.change_id, change.confirm_nonce, keys.email_confirmations)
            hours = town_rows.town(tx.conn).activation_hours
            # Nothing of the holder: it may be the mailbox of a stranger.
            return NoticeDetails(username="", name="", email=addresses["new"], token=token, valid_hours=hours)
        case Mail.EMAIL_CHANGE_UNDONE:
            return details
        case _:
            if change.undone_at is not None:
                raise NothingToSay
            return replace(details, token=activation_token(change.change_id, change.undo_nonce, keys.email_undos))
