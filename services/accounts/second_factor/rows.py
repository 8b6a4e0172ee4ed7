"""The second factor of agents and what stands in for it, recovery codes: rows and statements."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.event_store.db import Connection, fetch_one
from services.chassis.structs import Struct

DROP = "DELETE FROM recovery_codes WHERE agent_id = %(agent_id)s"
ADD = """
INSERT INTO recovery_codes (agent_id, code_hash)
SELECT %(agent_id)s, code_hash FROM unnest(%(code_hashes)s::bytea[]) AS code_hash
"""
SPEND = "DELETE FROM recovery_codes WHERE agent_id = %(agent_id)s AND code_hash = %(code_hash)s RETURNING agent_id"
IS_THERE = "SELECT agent_id FROM recovery_codes WHERE agent_id = %(agent_id)s AND code_hash = %(code_hash)s"
LEFT = "SELECT count(*) AS count FROM recovery_codes WHERE agent_id = %(agent_id)s"
AGENT = """
SELECT g.function, g.details, g.last_step, c.active
FROM agents AS g JOIN credentials AS c ON c.person_id = g.agent_id WHERE g.agent_id = %(agent_id)s
"""
AGENT_LOCKED = AGENT + " FOR UPDATE OF g"
SPEND_STEP = "UPDATE agents SET last_step = %(step)s WHERE agent_id = %(agent_id)s"


def replace_all(conn: Connection, agent_id: UUID, code_hashes: Sequence[bytes]) -> None:
    """Earlier codes are revoked."""
    conn.execute(DROP, {"agent_id": agent_id})
    conn.execute(ADD, {"agent_id": agent_id, "code_hashes": list(code_hashes)})


def spend(conn: Connection, agent_id: UUID, code_hash: bytes) -> bool:
    """True once."""
    return conn.execute(SPEND, {"agent_id": agent_id, "code_hash": code_hash}).fetchone() is not None


def is_there(conn: Connection, agent_id: UUID, code_hash: bytes) -> bool:
    return conn.execute(IS_THERE, {"agent_id": agent_id, "code_hash": code_hash}).fetchone() is not None


def left(conn: Connection, agent_id: UUID) -> int:
    found = conn.execute(LEFT, {"agent_id": agent_id}).fetchone()
    return found["count"] if found else 0


class FactorHolder(Struct):
    function: str
    details: bytes
    last_step: int
    active: bool


def agent(conn: Connection, agent_id: UUID, *, locked: bool = False) -> FactorHolder | None:
    return fetch_one(conn, FactorHolder, AGENT_LOCKED if locked else AGENT, {"agent_id": agent_id})


def spend_step(conn: Connection, agent_id: UUID, step: int) -> None:
    """The code of that step, and of those before, can no longer be used."""
    conn.execute(SPEND_STEP, {"agent_id": agent_id, "step": step})
