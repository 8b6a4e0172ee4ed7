"""The decisions that wait, and those that could not be carried out. What is due is so by the clock of the database, which all
processes share."""

from collections.abc import Mapping
from datetime import datetime
from typing import LiteralString

from services.chassis.contracts import from_json, to_json
from services.chassis.event_store.db import Connection
from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.requests.access.rules import Reach
from services.requests.schemas.decisions import ChangeStatus

ADD: LiteralString = """
INSERT INTO held_decisions (decision_id, request_id, agent_id, agent_name, to_status, sealed, correlation_id, due_at)
VALUES (%(decision_id)s, %(request_id)s, %(agent_id)s, %(agent_name)s, %(to_status)s, %(sealed)s, %(correlation_id)s,
    clock_timestamp() + make_interval(secs => %(wait)s))
"""
LISTED: LiteralString = """
SELECT h.decision_id::text AS decision_id, h.agent_id, h.agent_name, h.to_status, h.due_at, h.because, r.number, r.procedure, r.version,
    extract(epoch FROM h.due_at - clock_timestamp())::double precision AS seconds
FROM held_decisions h JOIN requests r ON r.request_id = h.request_id
WHERE (h.agent_id = %(agent)s OR h.request_id = %(request_id)s)
    AND r.department = ANY(%(departments)s) AND r.procedure <> ALL(%(hidden)s)
ORDER BY h.due_at, h.decision_id
"""
NEXT: LiteralString = """
SELECT decision_id::text AS decision_id, request_id::text AS request_id, agent_id, correlation_id,
    extract(epoch FROM due_at - clock_timestamp())::double precision AS seconds
FROM held_decisions WHERE because IS NULL ORDER BY due_at LIMIT 100
"""
TAKE: LiteralString = """
DELETE FROM held_decisions
WHERE decision_id = %(decision_id)s AND because IS NULL AND due_at <= clock_timestamp()
RETURNING request_id::text AS request_id, sealed
"""
TAKE_BACK: LiteralString = """
DELETE FROM held_decisions
WHERE decision_id = %(decision_id)s AND request_id = %(request_id)s AND (agent_id = %(agent)s OR because IS NOT NULL)
RETURNING request_id::text AS request_id, sealed
"""
STATE: LiteralString = """
SELECT because FROM held_decisions WHERE decision_id = %(decision_id)s AND request_id = %(request_id)s
"""
NOT_DONE: LiteralString = """
UPDATE held_decisions SET because = %(because)s WHERE decision_id = %(decision_id)s AND because IS NULL
"""
FORGET: LiteralString = "DELETE FROM held_decisions WHERE request_id = %(request_id)s"


class Listed(Struct):
    """`seconds`: until it is due, less than 0 where it is."""

    decision_id: str
    number: str
    procedure: str
    version: int
    agent_id: str
    agent_name: str
    to_status: str
    due_at: datetime
    because: str | None
    seconds: float


class Waiting(Struct):
    decision_id: str
    request_id: str
    agent_id: str
    correlation_id: str | None
    seconds: float


def add(tx: Transaction, request_id: str, decision_id: str, asked: ChangeStatus, *, wait: float) -> None:
    """Of the actor; due in so many seconds."""
    assert tx.actor is not None  # noqa: S101 an agent decides
    tx.conn.execute(
        ADD,
        {
            "decision_id": decision_id,
            "request_id": request_id,
            "agent_id": tx.actor.id,
            "agent_name": tx.actor.name,
            "to_status": asked.to,
            "sealed": tx.seal(request_id, to_json(asked)),
            "correlation_id": tx.correlation_id,
            "wait": wait,
        },
    )


def listed(tx: Transaction, agent: str, request_id: str | None, seen: Reach) -> list[Listed]:
    """Those of the agent, and those on that request, of requests that the agent still sees."""
    asked = {"agent": agent, "request_id": request_id}
    of_seen = {"departments": list(seen.departments), "hidden": list(seen.hidden)}
    found = tx.conn.execute(LISTED, asked | of_seen).fetchall()
    return [Listed(**row) for row in found]


def waiting(conn: Connection) -> list[Waiting]:
    """Those that are still to be carried out, the first due first."""
    return [Waiting(**row) for row in conn.execute(NEXT).fetchall()]


def take(tx: Transaction, decision_id: str) -> ChangeStatus | None:
    """Removes what is to be carried out now; None where it is not due, taken back, or carried out. Its request is locked first, as by
    everything that acts on it: whoever erases the request locks it, then these rows."""
    return _opened(tx, TAKE, {"decision_id": decision_id})


def take_back(tx: Transaction, request_id: str, decision_id: str, agent: str) -> ChangeStatus | None:
    """Removes one of that agent, or one that could not be carried out; None where there is no such one any more."""
    return _opened(tx, TAKE_BACK, {"decision_id": decision_id, "request_id": request_id, "agent": agent})


def state(tx: Transaction, request_id: str, decision_id: str) -> tuple[bool, str | None]:
    """Whether it is still here, and why it was not carried out."""
    row = tx.conn.execute(STATE, {"decision_id": decision_id, "request_id": request_id}).fetchone()
    return (False, None) if row is None else (True, row["because"])


def keep_not_done(tx: Transaction, decision_id: str, because: str) -> None:
    tx.conn.execute(NOT_DONE, {"decision_id": decision_id, "because": because})


def forget_request(tx: Transaction, request_id: str) -> None:
    tx.conn.execute(FORGET, {"request_id": request_id})


def _opened(tx: Transaction, statement: LiteralString, given: Mapping[str, str]) -> ChangeStatus | None:
    row = tx.conn.execute(statement, given).fetchone()
    sealed = None if row is None else tx.open(row["request_id"], row["sealed"])
    return None if sealed is None else from_json(ChangeStatus, sealed)
