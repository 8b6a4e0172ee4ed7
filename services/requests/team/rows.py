"""Loads of agents, read of the tallies; absences, requests to hand over, mentions: rows and statements."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString

from services.chassis.contracts import from_json
from services.chassis.event_store.transaction import Transaction, Viewing
from services.chassis.structs import Struct
from services.requests.access.rules import Reach
from services.requests.request import rows as store
from services.requests.request.rows import RequestRow
from services.requests.schemas.statuses import Status
from services.requests.schemas.team import MOST_LATE, LoadLine
from services.requests.team.rules import Absent

# What is late is read from the index of each agent's requests, up to a bound.
LOAD: LiteralString = """
SELECT c.assignee AS agent_id, c.department, c.open, c.awaiting, late.n AS late FROM (
    SELECT department, assignee, sum(requests)::integer AS open,
        coalesce(sum(requests) FILTER (WHERE status = %(awaiting)s), 0)::integer AS awaiting
    FROM work_counts
    WHERE NOT closed AND assignee <> '' AND procedure <> ALL(%(hidden)s)
        AND (%(departments)s::text[] IS NULL OR department = ANY(%(departments)s))
    GROUP BY department, assignee HAVING sum(requests) > 0
) AS c CROSS JOIN LATERAL (
    SELECT count(*)::integer AS n FROM (
        SELECT FROM requests r WHERE r.department = c.department AND r.assignee = c.assignee AND NOT r.closed
            AND coalesce(r.aimed_on, 'infinity'::date) < %(today)s AND r.procedure <> ALL(%(hidden)s) LIMIT %(most)s
    ) AS found
) AS late ORDER BY c.department, c.assignee
"""

ABSENCES: LiteralString = """
SELECT absence_id::text AS absence_id, agent_id, agent_name, departments, substitute_id, substitute_name, first_day, last_day
FROM absences WHERE last_day >= %(today)s ORDER BY first_day, absence_id
"""
SAVE_ABSENCE: LiteralString = """
INSERT INTO absences (absence_id, agent_id, agent_name, departments, substitute_id, substitute_name, first_day, last_day)
VALUES (%(absence_id)s, %(agent_id)s, %(agent_name)s, %(departments)s, %(substitute_id)s, %(substitute_name)s, %(first_day)s,
    %(last_day)s)
"""
COVERED: LiteralString = """
SELECT agent_id, max(last_day) AS last_day FROM absences
WHERE substitute_id = %(agent)s AND first_day <= %(today)s AND last_day >= %(today)s GROUP BY agent_id
"""

HAND_OVER: LiteralString = """
INSERT INTO handovers (agent_id, department, to_id, to_name, confidential, by_name)
VALUES (%(agent_id)s, %(department)s, %(to_id)s, %(to_name)s, %(confidential)s, %(by_name)s)
ON CONFLICT (agent_id, department) DO UPDATE
SET to_id = excluded.to_id, to_name = excluded.to_name, confidential = excluded.confidential, by_name = excluded.by_name
"""
FOLLOWED: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE department = %(department)s AND assignee = %(agent_id)s AND NOT closed AND request_id > %(after)s
ORDER BY request_id LIMIT 100
"""
FOLLOWERS: LiteralString = """
SELECT assignee AS agent_id, department, procedure FROM work_counts
WHERE NOT closed AND assignee <> '' GROUP BY assignee, department, procedure HAVING sum(requests) > 0
ORDER BY assignee, department, procedure
"""
FOLLOWED_IN: LiteralString = """
SELECT request_id::text AS id FROM requests
WHERE department = %(department)s AND assignee = %(agent_id)s AND procedure = %(procedure)s AND NOT closed LIMIT %(limit)s
"""

MENTION: LiteralString = """
INSERT INTO mentions (mention_id, request_id, agent_id, by_name, noted_at)
VALUES (%(mention_id)s, %(request_id)s, %(agent_id)s, %(by_name)s, %(now)s)
"""
OF_AGENT: LiteralString = """
m.agent_id = %(agent)s AND m.read_at IS NULL AND NOT r.erased AND r.department = ANY(%(departments)s)
    AND r.procedure <> ALL(%(hidden)s)
"""
MENTIONS: LiteralString = f"""
SELECT {store.COLUMNS}, m.by_name, m.noted_at, a.version AS agenda_version
FROM mentions m JOIN requests r ON r.request_id = m.request_id {store.WITH_AGENDA}
WHERE {OF_AGENT} ORDER BY m.noted_at DESC, m.mention_id LIMIT %(limit)s
"""  # noqa: S608 parts of ours
MENTIONS_UNREAD: LiteralString = f"""
SELECT count(*)::integer AS n FROM mentions m JOIN requests r ON r.request_id = m.request_id WHERE {OF_AGENT}
"""  # noqa: S608 parts of ours
READ_MENTIONS: LiteralString = """
UPDATE mentions SET read_at = %(now)s WHERE agent_id = %(agent)s AND request_id = %(request_id)s AND read_at IS NULL
"""
FORGET: tuple[LiteralString, ...] = (
    "DELETE FROM absences WHERE last_day < %(today)s",
    "DELETE FROM mentions WHERE noted_at < %(before)s",
)


class Handover(Struct):
    """`to_id` None: to no agent."""

    agent_id: str
    department: str
    to_id: str | None
    to_name: str
    confidential: bool
    by_name: str


class Followed(Struct):
    """An agent who follows open requests of that procedure in that department."""

    agent_id: str
    department: str
    procedure: str


class Mentioned(Struct):
    row: RequestRow
    by_name: str
    noted_at: datetime


def load(tx: Transaction, reach: Reach, today: date, *, everywhere: bool) -> list[LoadLine]:
    """`everywhere`: of all departments. What `reach` hides is not counted."""
    asked = {
        "departments": None if everywhere else list(reach.departments),
        "hidden": list(reach.hidden),
        "awaiting": Status.AWAITING,
        "today": today,
        "most": MOST_LATE,
    }
    return [LoadLine(**row) for row in tx.conn.execute(LOAD, asked).fetchall()]


def absences(tx: Transaction, today: date) -> list[Absent]:
    """Those of today and to come, the first first."""
    rows = tx.conn.execute(ABSENCES, {"today": today}).fetchall()
    return [from_json(Absent, row) for row in rows]


def save_absence(tx: Transaction, absent: Absent) -> None:
    tx.conn.execute(SAVE_ABSENCE, {**vars(absent), "departments": list(absent.departments)})


def end_absence(tx: Transaction, absence_id: str) -> None:
    tx.conn.execute("DELETE FROM absences WHERE absence_id = %s", (absence_id,))


def covered_by(tx: Transaction, agent: str, today: date) -> dict[str, date]:
    """The agents whom this one replaces today, and until when."""
    rows = tx.conn.execute(COVERED, {"agent": agent, "today": today}).fetchall()
    return {row["agent_id"]: row["last_day"] for row in rows}


def hand_over(tx: Transaction, handover: Handover) -> None:
    """In the place of one that is under way."""
    tx.conn.execute(HAND_OVER, vars(handover))


def handovers(tx: Viewing) -> list[Handover]:
    sql: LiteralString = "SELECT agent_id, department, to_id, to_name, confidential, by_name FROM handovers"
    return [Handover(**row) for row in tx.conn.execute(sql).fetchall()]


def end_handover(tx: Transaction, one: Handover) -> None:
    """Unless it was changed meanwhile."""
    sql: LiteralString = """DELETE FROM handovers WHERE agent_id = %(agent_id)s AND department = %(department)s
        AND to_id IS NOT DISTINCT FROM %(to_id)s"""
    tx.conn.execute(sql, vars(one))


def followed(tx: Viewing, one: Handover, after: str) -> list[str]:
    """The open requests that the agent follows there, those after one."""
    return [row["id"] for row in tx.conn.execute(FOLLOWED, {**vars(one), "after": after}).fetchall()]


def followers(tx: Viewing) -> list[Followed]:
    return [Followed(**row) for row in tx.conn.execute(FOLLOWERS).fetchall()]


def followed_in(tx: Viewing, one: Followed, limit: int) -> list[str]:
    return [row["id"] for row in tx.conn.execute(FOLLOWED_IN, {**vars(one), "limit": limit}).fetchall()]


def mention(tx: Transaction, request_id: str, agents: Sequence[str], by_name: str) -> None:
    for agent in agents:
        asked = {"mention_id": tx.new_id(), "request_id": request_id, "agent_id": agent, "by_name": by_name}
        tx.conn.execute(MENTION, asked | {"now": tx.now})


def mentions(tx: Transaction, agent: str, reach: Reach, limit: int) -> list[Mentioned]:
    """Those that the agent has not read, the latest first."""
    rows = tx.conn.execute(MENTIONS, _of_agent(agent, reach) | {"limit": limit}).fetchall()
    return [Mentioned(row=store.row_of(tx, row), by_name=row["by_name"], noted_at=row["noted_at"]) for row in rows]


def mentions_unread(tx: Transaction, agent: str, reach: Reach) -> int:
    return tx.conn.execute(MENTIONS_UNREAD, _of_agent(agent, reach)).fetchall()[0]["n"]


def read_mentions(tx: Transaction, agent: str, request_id: str) -> None:
    tx.conn.execute(READ_MENTIONS, {"agent": agent, "request_id": request_id, "now": tx.now})


def forget(tx: Transaction, today: date, before: datetime) -> None:
    for statement in FORGET:
        tx.conn.execute(statement, {"today": today, "before": before})


def _of_agent(agent: str, reach: Reach) -> dict[str, object]:
    return {"agent": agent, "departments": list(reach.departments), "hidden": list(reach.hidden)}
