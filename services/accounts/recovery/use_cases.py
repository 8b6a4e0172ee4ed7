"""A forgotten password or user name: asked for, answered by mail afterwards, and the new password by the mailed link.

The answer is the same after the same statements, whether or not there is such a space. What is mailed, and
whether anything is, is decided when that answer has left (`answer_what_was_asked`).
"""

from datetime import timedelta
from uuid import UUID

from services.accounts.closures.use_cases import mail_the_way_back
from services.accounts.credentials import hashing, rows as credential_rows, rules as passwords, usernames
from services.accounts.keys.derived_keys import DerivedKeys, email_hash
from services.accounts.keys.tokens import new_link
from services.accounts.recovery import rows as recovery_rows, rules
from services.accounts.recovery.views import open_link
from services.accounts.schemas.facts import CredentialsChanged, PasswordResetLinkMade, UsernameReminderAsked
from services.accounts.schemas.recovery import RequestPasswordReset, RequestUsername, ResetPassword
from services.accounts.schemas.refusals import WrongCode
from services.accounts.second_factor import rows as second_factor_rows, use_cases as second_factors
from services.accounts.sessions.lifetime import end_sessions_of
from services.accounts.sign_up.activation import enqueue_link
from services.accounts.spaces import records, rows
from services.accounts.spaces.rules import AccountUnknown, FormRefused, stream_of
from services.accounts.throttling import rows as throttle_rows, rules as allowances
from services.accounts.throttling.rows import Bucket
from services.accounts.throttling.use_cases import count_asking, count_try, may_be_mailed
from services.accounts.town import rows as town_rows
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction

ASKED = "accounts.recovery"  # the signal that a question waits for its mail


def request_password_reset(store: Store, call: Call, asked: RequestPasswordReset) -> Done:
    return _ask(store, call, rules.PASSWORD, email=asked.identifier, username=asked.identifier)


def request_username(store: Store, call: Call, asked: RequestUsername) -> Done:
    return _ask(store, call, rules.USERNAME, email=asked.email, username="")


def _ask(store: Store, call: Call, forgotten: str, *, email: str, username: str) -> Done:
    count_asking(store, call)
    keys = DerivedKeys(store.settings)

    def note(tx: Transaction) -> Done:
        question: dict[str, object] = {
            "asked_id": tx.new_id(),
            "forgotten": forgotten,
            "email_hash": email_hash(keys, email),
            "username": usernames.fold(username),
            "asked_at": tx.now,
            "correlation_id": call.correlation_id,
        }
        tx.conn.execute(recovery_rows.ASK, question)
        tx.wake(ASKED)
        return Done()

    return store.run_declared(call, Done, note)


def answer_what_was_asked(store: Store) -> None:
    """Enqueues the mail that was asked for; a question about an unknown space is dropped."""
    while _answer_one(store):
        pass


def _answer_one(store: Store) -> bool:
    """False when nothing waits."""
    with store.transaction() as tx:
        asked = recovery_rows.take_asked(tx.conn)
        if asked is None:
            return False
        tx.correlation_id = asked.correlation_id
        if asked.person_id is not None and tx.now - asked.asked_at < rules.TOO_LATE_AFTER:
            _answer(tx, asked, asked.person_id, store)
    return True


def _answer(tx: Transaction, asked: recovery_rows.Asked, person_id: UUID, store: Store) -> None:
    """Mails a space never activated the activation link again, one that is to be erased the link to return; an agent without
    password or second factor gets no mail: an administrator invites."""
    found, keys = credential_rows.credentials_of_person(tx.conn, person_id), DerivedKeys(store.settings)
    if found is None or not may_be_mailed(tx, store.settings, "recovery mails", str(person_id)):
        return
    if found.kind == "agent":
        if asked.forgotten == rules.PASSWORD and found.active and _agent_secret(tx, person_id)[0]:
            _make_link(tx, person_id, f"agent-{person_id}", keys)
        return
    account = rows.account(tx.conn, person_id, locked=True)
    if account is None:
        return
    if account.activated_at is None:
        if account.pending_email_hash is not None:
            enqueue_link(tx, person_id, account.pending_email_hash, store, again=True)
    elif mail_the_way_back(tx, person_id):
        return
    elif asked.forgotten == rules.USERNAME:
        tx.append(stream_of(person_id), [UsernameReminderAsked()])
    elif found.active:
        _make_link(tx, person_id, stream_of(person_id), keys)


def _make_link(tx: Transaction, person_id: UUID, stream: str, keys: DerivedKeys) -> None:
    """Links mailed before stay valid for their time, so that a request in another's name cannot end them."""
    nonce, token_hash = new_link(person_id, keys.resets)
    expires_at = tx.now + timedelta(minutes=town_rows.town(tx.conn).reset_minutes)
    recovery_rows.add_link(tx.conn, token_hash, person_id=person_id, nonce=nonce, expires_at=expires_at)
    tx.append(stream, [PasswordResetLinkMade()])


def reset_password(store: Store, call: Call, asked: ResetPassword) -> Done:
    """Of an agent the six digits, or a recovery code, are judged first, and counted as at the log-in. One link serves once,
    however many use it at the same time."""
    keys = DerivedKeys(store.settings)
    if done := store.done(call, Done):
        return done
    with store.transaction() as tx:
        link = open_link(tx, asked.token)
        _refuse_a_poor_password(tx, link, asked.password)
        if link.kind == "agent":
            count_try(tx, store.settings, allowances.SECOND_FACTOR, "code", str(link.person_id))
    with store.transaction() as tx:  # after the commit: a wrong try counts
        _judge_code(tx, link, asked.code, keys, spend=False)
    password_hash = hashing.hash_password(asked.password)

    def reset(tx: Transaction) -> Done:
        link = _held_link(tx, asked.token)
        _judge_code(tx, link, asked.code, keys, spend=True)
        tx.conn.execute(credential_rows.CHANGE_HASH, {"person_id": link.person_id, "password_hash": password_hash})
        credential_rows.use_links(tx.conn, link.person_id, tx.now)
        stream = f"agent-{link.person_id}" if link.kind == "agent" else stream_of(link.person_id)
        tx.append(stream, [CredentialsChanged(changed=("password",))])
        end_sessions_of(tx, link.person_id)
        throttle_rows.take_back(tx.conn, tx.now, all_on=_counted_on(link, keys, asked.address_seen))
        return Done()

    return store.run_declared(call, Done, reset)


def forget_links(store: Store) -> None:
    """Deletes links that ended so long ago that their holder no longer asks why they do not work."""
    with store.transaction() as tx:
        tx.conn.execute(recovery_rows.FORGET_LINKS, {"before": tx.now - rules.LINKS_KEPT})


def _held_link(tx: Transaction, token: str) -> recovery_rows.ResetLink:
    """The same link, read again under the lock of that person: of two at the same time, one serves."""
    link = open_link(tx, token)
    if link.kind == "agent":
        second_factor_rows.agent(tx.conn, link.person_id, locked=True)
    else:
        rows.account(tx.conn, link.person_id, locked=True)
    return open_link(tx, token)


def _refuse_a_poor_password(tx: Transaction, link: recovery_rows.ResetLink, password: str) -> None:
    fault = passwords.fault_of(password, username=link.username, town_words=town_rows.town(tx.conn).words)
    if fault:
        raise FormRefused(fields={"password": fault})


def _judge_code(tx: Transaction, link: recovery_rows.ResetLink, code: str, keys: DerivedKeys, *, spend: bool) -> None:
    """An agent's six digits of now, or a recovery code; a citizen has no second factor. Raises FormRefused.

    `spend`: what was typed cannot be used again.
    """
    if link.kind != "agent":
        return
    secret, last_step = _agent_secret(tx, link.person_id)
    if not secret:
        raise rules.ResetLinkUnknown
    if not second_factors.opens(tx, link.person_id, secret, last_step, code, keys, spend=spend):
        raise FormRefused(fields={"code": WrongCode.message})


def _agent_secret(tx: Transaction, agent_id: UUID) -> tuple[str, int]:
    """The secret of the second factor, "" where there is none, and the last step that was spent; the agent is locked."""
    agent = second_factor_rows.agent(tx.conn, agent_id, locked=True)
    if agent is None:
        return "", 0
    try:
        return records.agent_details(tx, agent_id, agent.details).totp_secret, agent.last_step
    except AccountUnknown:
        return "", 0


def _counted_on(link: recovery_rows.ResetLink, keys: DerivedKeys, seen: str) -> tuple[Bucket, ...]:
    """What wrong passwords were counted on, from anywhere and from here, and wrong codes."""
    return (
        Bucket(key=keys.throttles.mac("account", link.username), allowance=allowances.AN_ACCOUNT),
        Bucket(key=keys.throttles.mac("place", link.username, seen), allowance=allowances.FROM_A_KNOWN_PLACE),
        Bucket(key=keys.throttles.mac("code", str(link.person_id)), allowance=allowances.SECOND_FACTOR),
    )
