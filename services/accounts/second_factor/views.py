"""How many recovery codes an agent has left."""

from services.accounts.schemas.team import CountRecoveryCodes, RecoveryCodesLeft
from services.accounts.second_factor import rows as second_factor_rows
from services.accounts.spaces.rules import own
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings


def count_recovery_codes(tx: Transaction, _: Settings, asked: CountRecoveryCodes) -> RecoveryCodesLeft:
    """Raises NotYours."""
    return RecoveryCodesLeft(left=second_factor_rows.left(tx.conn, own(tx.actor, kinds=("agent",))))
