"""The activation link: made, mailed again, followed; and what becomes of a space that was never activated."""

from datetime import timedelta
from uuid import UUID

from services.accounts.closures.erasure import erase
from services.accounts.closures.use_cases import mail_the_way_back
from services.accounts.credentials import use_cases as own_password
from services.accounts.keys.derived_keys import DerivedKeys, email_hash
from services.accounts.keys.tokens import new_link
from services.accounts.schemas.facts import ActivationLinkRenewed, EmailUsedAgain
from services.accounts.schemas.sign_up import Activate, Activated, SendActivation
from services.accounts.sessions.lifetime import open_session
from services.accounts.sign_up import rows as pending_rows, views
from services.accounts.spaces import rows, rules as space_rules
from services.accounts.spaces.events import AccountActivated
from services.accounts.throttling.use_cases import count_asking, may_be_mailed
from services.accounts.town import rows as town_rows, rules as town_rules
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction

NOT_TYPED = "Indiquez le mot de passe que vous avez choisi en créant votre espace."
NOT_THAT_ONE = "Ce n’est pas le mot de passe choisi en créant cet espace."


def activate(store: Store, call: Call, asked: Activate) -> Activated:
    """The address is the space's from now on. Wrong passwords wait as at the log-in."""
    if done := store.done(call, Activated):
        return done
    with store.viewing(call.actor) as tx:
        account_id = views.of_link(tx, asked.token).account_id
    if not asked.password:
        raise space_rules.FormRefused(fields={"password": NOT_TYPED})
    own_password.check(store, account_id, asked.password, purpose="activation", wrong=NOT_THAT_ONE)

    def open_space(tx: Transaction) -> Activated:
        account = views.of_link(tx, asked.token, locked=True)
        if not pending_rows.take_address(tx.conn, account_id):
            raise space_rules.AddressInUse
        rows.activate(tx.conn, account_id, tx.now)
        tx.append(space_rules.stream_of(account_id), [AccountActivated()])
        opened = open_session(tx, account_id, "citizen", presented=asked.presented, device=asked.device)
        on = tx.open(str(account_id), account.continue_to) if account.continue_to else None
        return Activated(session=opened.session, expires_at=opened.expires_at, continue_to=on or "")

    return store.run_declared(call, Activated, open_space)


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


def close_never_activated(store: Store) -> None:
    """Frees names and addresses of spaces that were never activated, a month after their last link expired."""
    with store.transaction() as tx:
        closed = rows.never_activated(tx.conn, tx.now - space_rules.NEVER_ACTIVATED_KEPT)
        for account_id in closed:
            erase(tx, account_id, space_rules.NOT_ACTIVATED)
