"""The activation link: made, mailed again, followed; and what becomes of a space that was never activated."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.accounts.closures.erasure import erase
from services.accounts.closures.use_cases import mail_the_way_back
from services.accounts.credentials import use_cases as own_password
from services.accounts.keys.derived_keys import DerivedKeys, email_hash
from services.accounts.keys.tokens import account_of, activation_token, is_of, new_link
from services.accounts.schemas.facts import ActivationLinkRenewed, EmailUsedAgain
from services.accounts.schemas.people import NoticeDetails
from services.accounts.schemas.sign_up import Activate, Activated, ActivationOffer, OpenActivation, SendActivation
from services.accounts.sessions.lifetime import open_session
from services.accounts.sign_up import rows as pending_rows
from services.accounts.spaces import records, rows, rules as space_rules
from services.accounts.spaces.events import AccountActivated
from services.accounts.throttling.use_cases import count_asking, may_be_mailed
from services.accounts.town import rows as town_rows, rules as town_rules
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings

NOT_TYPED = "Indiquez le mot de passe que vous avez choisi en créant votre espace."
NOT_THAT_ONE = "Ce n’est pas le mot de passe choisi en créant cet espace."


def activate(store: Store, call: Call, asked: Activate) -> Activated:
    """The address is the space's from now on. Wrong passwords wait as at the log-in."""
    if done := store.done(call, Activated):
        return done
    with store.viewing(call.actor) as tx:
        account_id = _waiting(tx, asked.token).account_id
    if not asked.password:
        raise space_rules.FormRefused(fields={"password": NOT_TYPED})
    own_password.check(store, account_id, asked.password, purpose="activation", wrong=NOT_THAT_ONE)

    def open_space(tx: Transaction) -> Activated:
        account = _waiting(tx, asked.token, locked=True)
        if not pending_rows.take_address(tx.conn, account_id):
            raise space_rules.AddressInUse
        rows.activate(tx.conn, account_id, tx.now)
        tx.append(space_rules.stream_of(account_id), [AccountActivated()])
        opened = open_session(tx, account_id, "citizen", presented=asked.presented, device=asked.device)
        on = tx.open(str(account_id), account.continue_to) if account.continue_to else None
        return Activated(session=opened.session, expires_at=opened.expires_at, continue_to=on or "")

    return store.run_declared(call, Activated, open_space)


def activation(tx: Transaction, _: Settings, asked: OpenActivation) -> ActivationOffer:
    """A space still to activate keeps the name first chosen, however often its address is given again: its holder reads which."""
    account = _waiting(tx, asked.token)
    return ActivationOffer(username=records.holder(tx, account.account_id, account.profile).username)


def _waiting(tx: Transaction, token: str, *, locked: bool = False) -> rows.Account:
    account_id = account_of(token)
    account = rows.account(tx.conn, account_id, locked=locked) if account_id else None
    if account is None or not is_of(token, account.activation_hash):
        raise space_rules.ActivationLinkUnknown
    if account.activated_at is not None:
        raise space_rules.AlreadyActive
    if account.activation_expires_at is None or account.activation_expires_at <= tx.now:
        raise space_rules.ActivationLinkExpired
    return account


def send_activation(store: Store, call: Call, asked: SendActivation) -> Done:
    count_asking(store, call)
    keys = DerivedKeys(store.settings)

    def renew(tx: Transaction) -> Done:
        wanted = email_hash(keys, asked.email)
        for account in pending_rows.by_email(tx.conn, wanted, most=space_rules.PENDING_MAILED):
            enqueue_link(tx, account.account_id, wanted, store, again=True)
        return Done()

    return store.run_declared(call, Done, renew)


def enqueue_link(tx: Transaction, account_id: UUID, wanted: bytes, store: Store, *, again: bool = False) -> None:
    """The activation mail of a space that waits for that address. Where another space has the address its holder is warned
    instead, at most once a day, and no link is made; the space waits all the same, so that the answer does not show which it was.

    `again`: a link was made before. Above the share of the mailbox nothing is mailed, and the link before stays good.
    """
    keys, town = DerivedKeys(store.settings), town_rows.town(tx.conn)
    holder = rows.account_by_email(tx.conn, wanted)
    if holder is not None:
        warn_holder(tx, holder)
    elif may_be_mailed(tx, store.settings, "activation mails", wanted.hex()):
        renew_link(tx, account_id, town, keys, mail=again)
        return
    if not again:
        rows.set_link(tx.conn, account_id, None, None, tx.now + timedelta(hours=town.activation_hours))


def warn_holder(tx: Transaction, holder: rows.Account) -> None:
    """A person gave the address of that space; its holder gets a mail, at most once a day: a warning, or the link back where
    the space is to be erased."""
    if holder.holder_warned_at is None or tx.now - holder.holder_warned_at >= space_rules.HOLDER_WARNED_EVERY:
        tx.conn.execute(rows.WARNED, {"account_id": holder.account_id, "now": tx.now})
        if not mail_the_way_back(tx, holder.account_id):
            tx.append(space_rules.stream_of(holder.account_id), [EmailUsedAgain()])


def renew_link(tx: Transaction, account_id: UUID, town: town_rules.Town, keys: DerivedKeys, *, mail: bool) -> None:
    """A link that works, from now, as long as the town says; the one before is revoked. `mail`: it is sent again."""
    nonce, token_hash = new_link(account_id, keys.activation)
    rows.set_link(tx.conn, account_id, nonce, token_hash, tx.now + timedelta(hours=town.activation_hours))
    if mail:
        tx.append(space_rules.stream_of(account_id), [ActivationLinkRenewed()])


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


def close_never_activated(store: Store) -> None:
    """Frees names and addresses of spaces that were never activated, a month after their last link expired."""
    with store.transaction() as tx:
        closed = rows.never_activated(tx.conn, tx.now - space_rules.NEVER_ACTIVATED_KEPT)
        for account_id in closed:
            erase(tx, account_id, space_rules.NOT_ACTIVATED)
