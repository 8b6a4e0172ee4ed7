"""Making a personal space: the form, and the space it becomes."""

from datetime import datetime
from uuid import UUID

from services.accounts.credentials import hashing, rows as credential_rows, rules as passwords, usernames
from services.accounts.keys.derived_keys import DerivedKeys, email_hash
from services.accounts.schemas.facts import AccountCreated
from services.accounts.schemas.refusals import UsernameTaken
from services.accounts.schemas.sign_up import CheckUsername, CreateAccount, PendingSpace, UsernameState
from services.accounts.security_code import rows as captcha_rows
from services.accounts.security_code.rules import FIELD as CAPTCHA_ANSWER, CaptchaNotTyped, WrongCaptcha
from services.accounts.security_code.use_cases import spend
from services.accounts.security_code.views import solved_code
from services.accounts.sign_up.activation import enqueue_link
from services.accounts.sign_up.pending import token_of
from services.accounts.sign_up.rules import NOT_LOCAL, is_local
from services.accounts.spaces import records, rows
from services.accounts.spaces.citizen import Profile, read_profile
from services.accounts.spaces.rules import FormRefused, stream_of
from services.accounts.throttling.rules import CHECKING_NAMES
from services.accounts.throttling.use_cases import count_asking, count_call
from services.accounts.town import rows as town_rows, rules as town_rules
from services.chassis.calls import Call
from services.chassis.errors import Unavailable
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.townhall.town_time import local_day

_TAKEN = f"{UsernameTaken.message} Choisissez-en un autre."


def create_account(store: Store, call: Call, asked: CreateAccount) -> PendingSpace:
    """Makes a space that waits for its activation. The answer is the same where the e-mail has a space already, whose holder is
    warned.

    The whole form is checked before the security code is spent, the code before anything can be learnt of others. A code
    that was solved before serves one space: a name that is taken leaves it solved.
    """
    with store.read() as conn:
        town = town_rows.town(conn)
    profile = _read_form(asked, store, town)
    if done := store.done(call, PendingSpace):
        return done
    count_asking(store, call)
    solved = solved_code(store, asked.solved) if asked.solved else None
    if solved is None:
        spend(store, call, asked.captcha)
    password_hash = hashing.hash_password(asked.credentials.password)
    return store.run_declared(call, PendingSpace, lambda tx: _create(tx, asked, profile, password_hash, solved, store))


def _read_form(asked: CreateAccount, store: Store, town: town_rules.Town) -> Profile:
    profile, errors = read_profile(vars(asked), today=local_day(store.clock.now()))
    username, password = asked.credentials.username, asked.credentials.password
    sentences: dict[str, str | None] = {
        "credentials.username": usernames.fault_of(username),
        "credentials.password": passwords.fault_of(password, username=username, town_words=town.words),
        "continue_to": None if is_local(asked.continue_to) else NOT_LOCAL,
        CAPTCHA_ANSWER: None if asked.solved or asked.captcha.answer.strip() else CaptchaNotTyped.message,
    }
    errors |= {field: sentence for field, sentence in sentences.items() if sentence}
    if profile is None or errors:
        raise FormRefused(fields=errors)
    return profile


def check_username(store: Store, call: Call, asked: CheckUsername) -> UsernameState:
    if fault := usernames.fault_of(asked.username):
        return UsernameState(state="refused", sentence=fault)
    count_call(store, call, "names", CHECKING_NAMES)
    with store.read() as conn:
        if credential_rows.credentials_of(conn, usernames.fold(asked.username)) is not None:
            return UsernameState(state="taken", sentence=_TAKEN)
    return UsernameState(state="free", sentence="Ce nom d’utilisateur est libre.")


def _create(
    tx: Transaction, asked: CreateAccount, profile: Profile, password_hash: str, solved: UUID | None, store: Store
) -> PendingSpace:
    if solved is not None and not captcha_rows.spend_solved(tx.conn, solved, tx.now):
        raise WrongCaptcha
    username = asked.credentials.username.strip()
    if credential_rows.credentials_of(tx.conn, usernames.fold(username)) is not None:
        raise _taken()
    keys, account_id = DerivedKeys(store.settings), tx.new_id()
    wanted = email_hash(keys, profile.contact.email)
    add_space(
        tx,
        account_id,
        records.Holder(username=username, profile=profile),
        email_hash=wanted,
        password_hash=password_hash,
        active=False,
        continue_to=asked.continue_to,
    )
    enqueue_link(tx, account_id, wanted, store)
    tx.append(stream_of(account_id), [AccountCreated(imported=False)])
    return PendingSpace(pending=token_of(account_id, keys))


def add_space(
    tx: Transaction,
    account_id: UUID,
    holder: records.Holder,
    *,
    email_hash: bytes,
    password_hash: str,
    active: bool,
    continue_to: str = "",
    last_used_at: datetime | None = None,
) -> UUID:
    """The rows of a new space, used last at that moment, without one now.

    Raises UsernameTaken; Unavailable when another took the address in this very moment.
    """
    made = rows.add_account(
        tx.conn,
        account_id,
        email_hash=email_hash,
        profile=records.seal(tx, account_id, holder),
        continue_to=tx.seal(str(account_id), continue_to) if continue_to else None,
        now=tx.now,
        active=active,
        last_used_at=last_used_at,
    )
    if not made:
        raise Unavailable
    named = credential_rows.add_credentials(
        tx.conn,
        account_id,
        kind="citizen",
        username=usernames.fold(holder.username),
        password_hash=password_hash,
        active=active,
    )
    if not named:
        raise _taken()
    return account_id


def _taken() -> UsernameTaken:
    return UsernameTaken(fields={"credentials.username": _TAKEN})
