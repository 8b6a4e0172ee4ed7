"""Recovery codes of agents: the rows and the statements that read and write them."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.event_store.db import Rows

DROP = "DELETE FROM recovery_codes WHERE agent_id = %(agent_id)s"
ADD = """
INSERT INTO recovery_codes (agent_id, code_hash)
SELECT %(agent_id)s, code_hash FROM unnest(%(code_hashes)s::bytea[]) AS code_hash
"""
SPEND = "DELETE FROM recovery_codes WHERE agent_id = %(agent_id)s AND code_hash = %(code_hash)s RETURNING agent_id"
IS_THERE = "SELECT agent_id FROM recovery_codes WHERE agent_id = %(agent_id)s AND code_hash = %(code_hash)s"
LEFT = "SELECT count(*) AS count FROM recovery_codes WHERE agent_id = %(agent_id)s"


def replace_all(conn: Rows, agent_id: UUID, code_hashes: Sequence[bytes]) -> None:
    """The codes of before are dead."""
    conn.execute(DROP, {"agent_id": agent_id})
    conn.execute(ADD, {"agent_id": agent_id, "code_hashes": list(code_hashes)})


def spend(conn: Rows, agent_id: UUID, code_hash: bytes) -> bool:
    """True once."""
    return conn.execute(SPEND, {"agent_id": agent_id, "code_hash": code_hash}).fetchone() is not None


def is_there(conn: Rows, agent_id: UUID, code_hash: bytes) -> bool:
    return conn.execute(IS_THERE, {"agent_id": agent_id, "code_hash": code_hash}).fetchone() is not None


def left(conn: Rows, agent_id: UUID) -> int:
    found = conn.execute(LEFT, {"agent_id": agent_id}).fetchone()
    return found["count"] if found else 0
