"""What the links of a change of e-mail address show."""

from services.accounts.email_changes import rows as email_change_rows
from services.accounts.email_changes.rows import EmailChange
from services.accounts.email_changes.rules import EmailLinkExpired, EmailLinkUnknown, EmailLinkUsed
from services.accounts.keys.tokens import account_of, is_of
from services.accounts.schemas.profile import EmailLink, OpenEmailConfirmation, OpenEmailUndo
from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction


def open_confirmation(store: Store, call: Call, asked: OpenEmailConfirmation) -> EmailLink:
    with store.viewing(call.actor) as tx:
        change = to_confirm(tx, asked.token)
        return EmailLink(email=addresses_of(tx, change)["new"], needs_password=not is_holder(call.actor, change))


def open_undo(store: Store, call: Call, asked: OpenEmailUndo) -> EmailLink:
    with store.viewing(call.actor) as tx:
        return EmailLink(email=addresses_of(tx, to_undo(tx, asked.token))["old"])


def to_confirm(tx: Transaction, token: str, *, locked: bool = False) -> EmailChange:
    change = _change_of(tx, token, "confirm_hash", locked=locked)
    if change.undone_at is not None or (change.dropped_at is not None and change.counted_at is None):
        raise EmailLinkUnknown
    if change.counted_at is not None:
        raise EmailLinkUsed
    if change.expires_at <= tx.now:
        raise EmailLinkExpired
    return change


def to_undo(tx: Transaction, token: str, *, locked: bool = False) -> EmailChange:
    change = _change_of(tx, token, "undo_hash", locked=locked)
    if change.undone_at is not None:
        raise EmailLinkUsed
    if change.undo_until <= tx.now:
        raise EmailLinkExpired
    return change


def _change_of(tx: Transaction, token: str, kept_hash: str, *, locked: bool) -> EmailChange:
    change_id = account_of(token)
    change = email_change_rows.change(tx.conn, change_id, locked=locked) if change_id else None
    if change is None or not is_of(token, getattr(change, kept_hash)):
        raise EmailLinkUnknown
    return change


def addresses_of(tx: Transaction, change: EmailChange) -> dict[str, str]:
    """`{old, new}`; where the change makes e-mail the preferred means `preferred_contact`, and once it counts
    `preferred_contact_before`. Raises EmailLinkUnknown once the space is closed."""
    addresses = tx.open(str(change.account_id), change.addresses)
    if addresses is None:
        raise EmailLinkUnknown
    return addresses


def is_holder(actor: Actor, change: EmailChange) -> bool:
    return actor.kind == "citizen" and actor.id == str(change.account_id)
