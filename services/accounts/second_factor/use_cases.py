"""Recovery codes: ten at a time, shown once, each good once in the place of an agent's six figures."""

from uuid import UUID

from services.accounts.credentials import use_cases as own_password
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import generated_recovery_code, plain_recovery_code
from services.accounts.schemas.facts import RecoveryCodeUsed
from services.accounts.schemas.refusals import WrongCode
from services.accounts.schemas.team import RecoveryCodes, RenewRecoveryCodes
from services.accounts.second_factor import rows as second_factor_rows
from services.accounts.second_factor.rules import accepted_step
from services.accounts.spaces import records
from services.accounts.spaces.events import RecoveryCodesMade
from services.accounts.spaces.rules import FormRefused, NotYours, own
from services.accounts.throttling import rows as throttle_rows
from services.accounts.throttling.rules import SECOND_FACTOR
from services.accounts.throttling.use_cases import count_try
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction

CODES = 10


def make(tx: Transaction, agent_id: UUID, keys: DerivedKeys) -> tuple[str, ...]:
    """New codes, kept as hashes alone; earlier ones are revoked."""
    codes = tuple(generated_recovery_code() for _ in range(CODES))
    second_factor_rows.replace_all(tx.conn, agent_id, [_hash(keys, agent_id, code.replace("-", "")) for code in codes])
    tx.append(f"agent-{agent_id}", [RecoveryCodesMade()])
    return codes


def opens(
    tx: Transaction, agent_id: UUID, secret: str, last_step: int, typed: str, keys: DerivedKeys, *, spend: bool = True
) -> bool:
    """Whether these are the six figures of now, or one of the recovery codes of the agent, whom the caller has locked.

    `spend`: they cannot be used again.
    """
    try:
        step = accepted_step(secret, typed, tx.now, last_step=last_step)
    except WrongCode:
        return _is_recovery_code(tx, agent_id, typed, keys, spend=spend)
    if spend:
        second_factor_rows.spend_step(tx.conn, agent_id, step)
    return True


def _is_recovery_code(tx: Transaction, agent_id: UUID, typed: str, keys: DerivedKeys, *, spend: bool) -> bool:
    plain = plain_recovery_code(typed)
    find = second_factor_rows.spend if spend else second_factor_rows.is_there
    if plain is None or not find(tx.conn, agent_id, _hash(keys, agent_id, plain)):
        return False
    if spend:
        tx.append(f"agent-{agent_id}", [RecoveryCodeUsed(left=second_factor_rows.left(tx.conn, agent_id))])
    return True


def renew_recovery_codes(store: Store, call: Call, asked: RenewRecoveryCodes) -> RecoveryCodes:
    agent_id, keys = own(call.actor, kinds=("agent",)), DerivedKeys(store.settings)
    if done := store.done(call, RecoveryCodes):
        return done
    own_password.check(store, agent_id, asked.password, purpose="recovery codes")
    with store.transaction() as tx:  # counted even where the code is wrong and nothing else is kept
        bucket = count_try(tx, store.settings, SECOND_FACTOR, "code", str(agent_id))

    def renew(tx: Transaction) -> RecoveryCodes:
        row = second_factor_rows.agent(tx.conn, agent_id, locked=True)
        if row is None or not row.active:
            raise NotYours
        secret = records.agent_details(tx, agent_id, row.details).totp_secret
        try:
            step = accepted_step(secret, asked.code, tx.now, last_step=row.last_step)
        except WrongCode as refusal:
            raise FormRefused(fields={"code": refusal.message}) from refusal
        second_factor_rows.spend_step(tx.conn, agent_id, step)
        throttle_rows.take_back(tx.conn, tx.now, all_on=[bucket])
        return RecoveryCodes(codes=make(tx, agent_id, keys))

    return store.run_declared(call, RecoveryCodes, renew)


def _hash(keys: DerivedKeys, agent_id: UUID, plain: str) -> bytes:
    return keys.recovery_codes.mac(str(agent_id), plain)
