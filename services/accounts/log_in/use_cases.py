"""Who someone is: name and password, the agents' code, sessions."""

from uuid import UUID

from services.accounts.closures import use_cases as closures
from services.accounts.credentials import hashing, rows as credential_rows, usernames
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import digest, new_token
from services.accounts.schemas import log_in as calls
from services.accounts.schemas.refusals import ChallengeGone, WrongCode
from services.accounts.second_factor import use_cases as second_factors
from services.accounts.sessions import rows as session_rows, rules as session_rules
from services.accounts.sessions.lifetime import end_session, open_session
from services.accounts.spaces import records
from services.accounts.throttling import rows as throttle_rows
from services.accounts.throttling.rules import AN_ACCOUNT, AN_ADDRESS, FROM_A_KNOWN_PLACE, SECOND_FACTOR
from services.accounts.throttling.use_cases import count_try
from services.chassis.calls import Call
from services.chassis.contracts import from_json
from services.chassis.errors import Unavailable
from services.chassis.event_store import commands
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.townhall.town_time import local_day


def log_in(store: Store, call: Call, asked: calls.LogIn) -> calls.SessionOpened | calls.CodeAsked:
    """A session, or for agents the challenge that the code answers.

    Known or not, active or not, a name costs the same work. The try is counted before, and given back when right, or when no
    slot was free to judge it; asked again by the same command, because the answer was lost, it is the same try and the same
    session.
    """
    username, seen = usernames.fold(asked.username), asked.address_seen
    macs, remembered = DerivedKeys(store.settings).throttles, store.as_remembered(call)
    if done := store.done(call, calls.LogIn.answer()):
        return done  # without hashing anything: a crowd that asks again for lost answers would not get through
    place = macs.mac("place", username, seen)
    with store.transaction() as tx:
        known = seen and tx.conn.execute(throttle_rows.IS_KNOWN, {"place": place, "now": tx.now}).fetchone()
        key = place if known else macs.mac("account", username)
        account = throttle_rows.Bucket(key=key, allowance=FROM_A_KNOWN_PLACE if known else AN_ACCOUNT)
        address = throttle_rows.Bucket(key=macs.mac("address", seen), allowance=AN_ADDRESS)
        buckets = [account, address] if seen else [account]
        counted = _is_new_try(tx, remembered)
        if counted:
            throttle_rows.count_a_try(tx.conn, buckets, tx.now, store.settings.rate_limits)
        found = credential_rows.credentials_of(tx.conn, username)
    try:
        right = hashing.is_password(asked.password, found.password_hash if found else None)
    except Unavailable:
        if counted:  # one that was judged before, and is asked again, stays counted
            with store.transaction() as tx:
                throttle_rows.take_back(tx.conn, tx.now, one_on=buckets)
                _forget_try(tx, remembered)
        raise
    if found is None or not right or not found.active:
        _refuse(store, found if right else None, found.person_id if found else UUID(bytes=place[:16]), new=counted)
        raise session_rules.LogInRefused

    def let_in(tx: Transaction) -> calls.SessionOpened | calls.CodeAsked:
        throttle_rows.take_back(tx.conn, tx.now, all_on=[account], one_on=[address])
        if seen:
            tx.conn.execute(throttle_rows.KNOW, {"place": place, "until": tx.now + throttle_rows.PLACE_KEPT})
        if found.kind == "agent":
            return _challenge(tx, found.person_id)
        return open_session(tx, found.person_id, found.kind, presented=asked.presented, device=asked.device)

    return store.run_declared(call, calls.LogIn.answer(), let_in)


def second_factor(store: Store, call: Call, asked: calls.SecondFactor) -> calls.SessionOpened:
    """A challenge takes five codes; a code opens once, and asked again by the same command it is the same opening, or the same
    wrong try."""
    name, keys = digest(asked.challenge), DerivedKeys(store.settings)

    def judge(tx: Transaction) -> dict[str, object]:
        challenge = session_rows.challenge_of(tx.conn, name)
        if challenge is None or challenge.expires_at <= tx.now or challenge.tries >= session_rules.CHALLENGE_TRIES:
            raise ChallengeGone
        person_id = challenge.person_id
        bucket = count_try(tx, store.settings, SECOND_FACTOR, "code", str(person_id))
        tx.conn.execute(session_rows.COUNT_CHALLENGE, {"digest": name})
        secret = records.agent_details(tx, person_id, challenge.details).totp_secret
        if second_factors.opens(tx, person_id, secret, challenge.last_step, asked.code, keys):
            tx.conn.execute(session_rows.END_CHALLENGE, {"digest": name})
            throttle_rows.take_back(tx.conn, tx.now, all_on=[bucket])
            return vars(open_session(tx, person_id, "agent", presented=asked.presented, device=asked.device))
        tx.conn.execute(session_rows.COUNT_REFUSED, {"person_id": person_id, "day": local_day(tx.now)})
        return {}

    opened = store.run(call, judge)
    if not opened:
        raise WrongCode  # after the commit: the wrong try counts
    return from_json(calls.SessionOpened, opened)


def log_out(store: Store, call: Call, asked: calls.LogOut) -> None:
    with store.transaction(actor=call.actor, correlation_id=call.correlation_id) as tx:
        end_session(tx, asked.session)


def forget_what_is_over(store: Store) -> None:
    """Sessions, challenges, counts of tries and log-ins that no longer matter."""
    with store.transaction() as tx:
        session_rows.sweep(tx.conn, tx.now)
        throttle_rows.sweep(tx.conn, tx.now)


def _is_new_try(tx: Transaction, call: Call) -> bool:
    """False where the answer to this very try was lost: it counts once, however often it is asked."""
    if call.command_id is None:
        return True
    name = _try_of(call)
    if commands.find(tx, name, call) is not None:
        return False
    commands.keep(tx, name, call, {})
    return True


def _refuse(store: Store, proven: credential_rows.Credentials | None, person_id: UUID, *, new: bool) -> None:
    """Counts a refused log-in for the list that the holder sees; for an unknown name too, under an id that no person has.

    `proven`: whose password was right. Raises ClosurePending where that is why the log-in is refused.
    """
    if proven:
        with store.transaction() as tx:
            closures.refuse_where_pending(tx, proven.person_id)
    if new:
        with store.transaction() as tx:
            tx.conn.execute(session_rows.COUNT_REFUSED, {"person_id": person_id, "day": local_day(tx.now)})


def _forget_try(tx: Transaction, call: Call) -> None:
    """The try was not judged: asked again by the same command, it is a new one."""
    if call.command_id is not None:
        commands.drop(tx, _try_of(call))


def _try_of(call: Call) -> str:
    return f"{call.command_id}:try"


def _challenge(tx: Transaction, agent_id: UUID) -> calls.CodeAsked:
    token, expires_at = new_token(), tx.now + session_rules.CHALLENGE_LIFETIME
    waits: dict[str, object] = {"digest": digest(token), "person_id": agent_id, "expires_at": expires_at}
    tx.conn.execute(session_rows.ADD_CHALLENGE, waits)
    return calls.CodeAsked(challenge=token, expires_at=expires_at.isoformat())
