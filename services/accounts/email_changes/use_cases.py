"""Another e-mail address for a space: asked for, confirmed by the link mailed to it, undone by the one mailed to the old one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.accounts.closures.erasure import erase
from services.accounts.closures.use_cases import reopen_if_asked_since
from services.accounts.credentials import rows as credential_rows
from services.accounts.credentials.use_cases import judge_password
from services.accounts.email_changes import rows as email_change_rows
from services.accounts.email_changes.rows import EmailChange
from services.accounts.email_changes.rules import UNDO_FOR, EmailOfAnother
from services.accounts.email_changes.views import is_holder, to_confirm, to_undo
from services.accounts.keys.derived_keys import DerivedKeys, email_hash
from services.accounts.keys.tokens import new_link
from services.accounts.profile.rules import differences
from services.accounts.schemas.facts import NotAppliedReason, ProfileUpdateNotApplied, UpdateTarget
from services.accounts.schemas.profile import ConfirmEmail, UndoEmailChange
from services.accounts.sessions.lifetime import end_sessions_of
from services.accounts.sign_up import rows as pending_rows
from services.accounts.sign_up.activation import warn_holder
from services.accounts.spaces import records, rows
from services.accounts.spaces.citizen import Profile, has_preferred_contact
from services.accounts.spaces.events import EMAIL, EmailChanged, EmailChangeRequested, EmailChangeUndone, ProfileUpdated
from services.accounts.spaces.rules import NOT_ACTIVATED, PENDING_GIVE_WAY, PasswordWrong, stream_of
from services.accounts.throttling.rules import ASKING
from services.accounts.throttling.use_cases import count_try
from services.accounts.town import rows as town_rows
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import Struct

PREFERRED, PREFERRED_BEFORE = "preferred_contact", "preferred_contact_before"
NO_PASSWORD = "Indiquez le mot de passe de votre espace."  # noqa: S105 a sentence
WRONG = "Ce mot de passe n’est pas celui de cet espace. Rien n’a été changé."


class AskedBy(Struct):
    """The request by which a new address was given. `prefers_email`: it makes e-mail the preferred means of contact too."""

    id: UUID
    number: str
    prefers_email: bool = False


def ask_for(
    tx: Transaction,
    account_id: UUID,
    holder: records.Holder,
    email: str,
    store: Store,
    *,
    asked_by: AskedBy | None = None,
) -> None:
    """Enqueues a link to the new address and a warning to the old one; a change that waited is void. Raises TryLater.

    What follows is the same where another space has the address: its holder is warned as at a sign-up, and no link leaves.
    `asked_by`: the request by which the address was given, if one was.
    """
    keys = DerivedKeys(store.settings)
    count_try(tx, store.settings, ASKING, "email changes", str(account_id))
    change_id = tx.new_id()
    addresses = {"old": holder.profile.contact.email, "new": email}
    if asked_by and asked_by.prefers_email:
        addresses[PREFERRED] = EMAIL
    for dropped in email_change_rows.drop_waiting(tx.conn, account_id, tx.now):
        expired = dropped.has_expired_unreported(tx.now)
        _report(tx, dropped, NotAppliedReason.LINK_EXPIRED if expired else NotAppliedReason.REPLACED)
    confirm, confirm_hash = new_link(change_id, keys.email_confirmations)
    undo, undo_hash = new_link(change_id, keys.email_undos)
    expires_at = tx.now + timedelta(hours=town_rows.town(tx.conn).activation_hours)
    email_change_rows.add(
        tx.conn,
        EmailChange(
            change_id=change_id,
            account_id=account_id,
            addresses=tx.seal(str(account_id), addresses),
            asked_at=tx.now,
            confirm_nonce=confirm,
            confirm_hash=confirm_hash,
            expires_at=expires_at,
            undo_nonce=undo,
            undo_hash=undo_hash,
            undo_until=expires_at + UNDO_FOR,
            request_id=asked_by.id if asked_by else None,
            request_number=asked_by.number if asked_by else "",
        ),
    )
    other = rows.account_by_email(tx.conn, email_hash(keys, email))
    fact = EmailChangeRequested(change_id=str(change_id), link=other is None, email=email)
    tx.append(stream_of(account_id), [fact], key=str(account_id))
    if other is not None:
        warn_holder(tx, other)


def confirm_email(store: Store, call: Call, asked: ConfirmEmail) -> Done:
    keys = DerivedKeys(store.settings)
    if done := store.done(call, Done):
        return done
    with store.viewing(call.actor) as tx:
        change = to_confirm(tx, asked.token)
    if not is_holder(call.actor, change):
        if not asked.password:
            raise PasswordWrong(NO_PASSWORD, fields={"password": NO_PASSWORD})
        judge_password(store, change.account_id, asked.password, field="password", wrong=WRONG)

    def confirm(tx: Transaction) -> Done:
        account = records.known(tx, change.account_id, locked=True)
        waiting = to_confirm(tx, asked.token, locked=True)
        addresses = email_change_rows.addresses(tx, waiting)
        email = addresses["new"]
        before, after = _take_address(tx, account, email, keys, preferred=addresses.get(PREFERRED))
        if addresses.get(PREFERRED):
            addresses |= {PREFERRED_BEFORE: before.preferred_contact}
        sealed = tx.seal(str(account.account_id), addresses)
        email_change_rows.count(tx.conn, waiting.change_id, tx.now, tx.now + UNDO_FOR, addresses=sealed)
        fact = EmailChanged(change_id=str(waiting.change_id), email=email)
        tx.append(stream_of(account.account_id), [fact], key=str(account.account_id))
        if waiting.request_id is not None:
            update = ProfileUpdated(
                request_id=str(waiting.request_id),
                target=UpdateTarget.HOLDER.value,
                member_id=None,
                changed=[vars(one) for one in differences(before, (), (after, ()))],
                request_number=waiting.request_number,
            )
            tx.append(stream_of(account.account_id), [update], key=str(account.account_id))
        return Done()

    return store.run_declared(call, Done, confirm)


def undo_email_change(tx: Transaction, settings: Settings, asked: UndoEmailChange) -> None:
    """Whatever has been asked for since is void, the erasure of the space too: the holder of the old mailbox has the last word for as long as the link lasts."""
    account_id = to_undo(tx, asked.token).account_id
    account = records.known(tx, account_id, locked=True)
    change = to_undo(tx, asked.token, locked=True)
    email = email_change_rows.addresses(tx, change)["old"]
    undone = email_change_rows.undo_from(tx.conn, change, tx.now)
    _take_address(tx, account, email, DerivedKeys(settings), preferred=_preferred_before(tx, account, undone))
    reopen_if_asked_since(tx, account, change.asked_at)
    fact = EmailChangeUndone(change_id=str(change.change_id), email=email)
    tx.append(stream_of(account_id), [fact], key=str(account_id))
    for one in reversed(undone):
        _report(tx, one, NotAppliedReason.UNDONE)
    end_sessions_of(tx, account_id)


def end_changes(store: Store) -> None:
    """Reports to requests the addresses that were not confirmed in time, and deletes changes that can no longer be undone."""
    with store.read() as conn:
        expired = email_change_rows.expired(conn, store.clock.now())
    for change_id, account_id in expired:
        with store.transaction() as tx:
            if rows.account(tx.conn, account_id, locked=True) is None:
                continue
            change = email_change_rows.change(tx.conn, change_id, locked=True)
            if change is not None and change.has_expired_unreported(tx.now):
                _report(tx, change, NotAppliedReason.LINK_EXPIRED)
    with store.transaction() as tx:
        tx.conn.execute(email_change_rows.FORGET, {"now": tx.now})


def _report(tx: Transaction, change: EmailChange, reason: NotAppliedReason) -> None:
    """Once of each change: the request by which the address was given, if one was, is informed that it came to nothing."""
    if change.request_id is None or change.told_at is not None:
        return
    tx.conn.execute(email_change_rows.REPORT, {"change_id": change.change_id, "now": tx.now})
    fact = ProfileUpdateNotApplied(
        request_id=str(change.request_id),
        target=UpdateTarget.HOLDER.value,
        member_id=None,
        reason=reason.value,
        request_number=change.request_number,
    )
    tx.append(stream_of(change.account_id), [fact])


def _preferred_before(tx: Transaction, account: rows.Account, undone: Sequence[EmailChange]) -> str | None:
    """The means of contact that these changes, the newest first, replaced; None where they replaced none, the holder has chosen
    another one since, or its address or number is gone."""
    profile = records.holder(tx, account.account_id, account.profile).profile
    preferred = profile.preferred_contact
    for change in undone:
        if preferred == EMAIL and change.counted_at is not None:
            preferred = email_change_rows.addresses(tx, change).get(PREFERRED_BEFORE, preferred)
    return preferred if has_preferred_contact(replace(profile, preferred_contact=preferred)) else None


def _take_address(
    tx: Transaction, account: rows.Account, email: str, keys: DerivedKeys, *, preferred: str | None = None
) -> tuple[Profile, Profile]:
    """The address is that space's, for the link is followed from its mailbox. Spaces that wait for it and were never
    activated give way: none has been shown to be its holder's. Raises EmailOfAnother where one that is active has the address.

    The profile before and after; `preferred`: the means of contact that is preferred from now on, None as before.
    """
    found = email_hash(keys, email)
    other = rows.account_by_email(tx.conn, found)
    if other is not None and other.account_id != account.account_id:
        raise EmailOfAnother
    for pending in pending_rows.by_email(tx.conn, found, most=PENDING_GIVE_WAY):
        erase(tx, pending.account_id, NOT_ACTIVATED)
    if not email_change_rows.set_email(tx.conn, account.account_id, found):
        raise EmailOfAnother
    credential_rows.use_links(tx.conn, account.account_id, tx.now)  # they lie in the mailbox that is left
    holder = records.holder(tx, account.account_id, account.profile)
    before = holder.profile
    contact = replace(before.contact, email=email)
    after = replace(before, contact=contact, preferred_contact=preferred or before.preferred_contact)
    records.keep(tx, account.account_id, replace(holder, profile=after))
    return before, after
