"""Agents: rows and statements."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.accounts.team.rules import Agent
from services.chassis.event_store.db import Connection, fetch_all, fetch_one
from services.chassis.structs import Struct

SAVE_AGENT = """
INSERT INTO agents (agent_id, function, role, departments, permissions, details)
VALUES (%(agent_id)s, %(function)s, %(role)s, %(departments)s, %(permissions)s, %(details)s)
ON CONFLICT (agent_id) DO UPDATE SET function = excluded.function, role = excluded.role, departments = excluded.departments,
    permissions = excluded.permissions, details = excluded.details
"""

AGENTS = """
SELECT g.agent_id, c.username, c.active, g.disabled_at, g.from_file, g.kept_fields, g.last_step, g.function, g.role, g.departments,
       g.permissions, g.details, i.expires_at AS invited_until, coalesce(i.second_factor_only, false) AS second_factor_only
FROM agents AS g JOIN credentials AS c ON c.person_id = g.agent_id
LEFT JOIN invitations AS i ON i.agent_id = g.agent_id
"""

ALL_AGENTS = AGENTS + "ORDER BY c.username"

AGENT_LOCKED = AGENTS + "WHERE c.username = %(username)s FOR UPDATE OF g"

AGENT_BY_ID_LOCKED = AGENTS + "WHERE g.agent_id = %(agent_id)s FOR UPDATE OF g"

KEEP_FIELDS = "UPDATE agents SET kept_fields = %(fields)s WHERE agent_id = %(agent_id)s"

DISABLE_AGENT = (
    "UPDATE agents SET disabled_at = %(now)s WHERE agent_id = %(agent_id)s",
    "UPDATE credentials SET active = false WHERE person_id = %(agent_id)s",
    "UPDATE people SET active = false WHERE person_id = %(agent_id)s",
    "DELETE FROM invitations WHERE agent_id = %(agent_id)s",
)

ENABLE_AGENT = (
    "UPDATE agents SET disabled_at = NULL WHERE agent_id = %(agent_id)s",
    "UPDATE credentials SET active = %(active)s WHERE person_id = %(agent_id)s",
    "UPDATE people SET active = %(active)s WHERE person_id = %(agent_id)s",
)

NAMED_BY_THE_FILE = """
UPDATE agents AS g SET from_file = true FROM credentials AS c
WHERE c.person_id = g.agent_id AND c.username = ANY(%(usernames)s) AND NOT g.from_file
"""

ACTIVE_ADMINISTRATORS = """
SELECT count(*) AS count FROM agents AS g JOIN credentials AS c ON c.person_id = g.agent_id AND c.active
WHERE g.role = 'administrator' AND 'manage_agents' = ANY(g.permissions)
"""

ACTING = """
SELECT g.agent_id, g.function, g.role, g.departments, g.permissions
FROM agents AS g JOIN people AS p ON p.person_id = g.agent_id AND p.active
WHERE g.agent_id = %(agent_id)s
"""

HANDLERS = """
SELECT g.agent_id AS id, g.function, g.departments, g.details, 'handle_confidential' = ANY(g.permissions) AS confidential
FROM agents AS g JOIN credentials AS c ON c.person_id = g.agent_id
WHERE 'read_requests' = ANY(g.permissions)
    AND CASE WHEN %(departments)s::text[] IS NULL THEN g.disabled_at IS NULL
        ELSE c.active AND g.departments && %(departments)s::text[] END
ORDER BY g.function, g.agent_id
"""


def save_agent(conn: Connection, agent_id: UUID, agent: Agent, details: bytes) -> None:
    """Adds the agent, or changes one who is there. `details`: what is sealed."""
    params = {**vars(agent), "departments": list(agent.departments), "permissions": list(agent.permissions)}
    conn.execute(SAVE_AGENT, params | {"agent_id": agent_id, "details": details})


class AgentRow(Struct):
    agent_id: UUID
    username: str  # folded
    active: bool
    disabled_at: datetime | None
    from_file: bool
    kept_fields: list[str]
    last_step: int
    function: str
    role: str
    departments: list[str]
    permissions: list[str]
    details: bytes
    invited_until: datetime | None
    second_factor_only: bool


def agents(conn: Connection) -> list[AgentRow]:
    return fetch_all(conn, AgentRow, ALL_AGENTS)


def agent(conn: Connection, username: str) -> AgentRow | None:
    """By the folded name, locked until the end of the transaction."""
    return fetch_one(conn, AgentRow, AGENT_LOCKED, {"username": username})


def agent_by_id(conn: Connection, agent_id: UUID) -> AgentRow | None:
    """Locked until the end of the transaction."""
    return fetch_one(conn, AgentRow, AGENT_BY_ID_LOCKED, {"agent_id": agent_id})


def keep_fields(conn: Connection, agent_id: UUID, fields: Iterable[str]) -> None:
    """From now on these, and no others, are left by the town's file as they are."""
    conn.execute(KEEP_FIELDS, {"agent_id": agent_id, "fields": sorted(fields)})


def disable_agent(conn: Connection, agent_id: UUID, now: datetime) -> None:
    for statement in DISABLE_AGENT:
        conn.execute(statement, {"agent_id": agent_id, "now": now})


def enable_agent(conn: Connection, agent_id: UUID, *, active: bool) -> None:
    for statement in ENABLE_AGENT:
        conn.execute(statement, {"agent_id": agent_id, "active": active})


def active_administrators(conn: Connection) -> int:
    found = conn.execute(ACTIVE_ADMINISTRATORS).fetchone()
    return found["count"] if found else 0


class Colleague(Struct):
    id: UUID
    function: str
    departments: list[str]
    details: bytes
    confidential: bool


def colleagues(conn: Connection, departments: Sequence[str]) -> list[Colleague]:
    """Active agents who may read the requests of one of these departments."""
    return fetch_all(conn, Colleague, HANDLERS, {"departments": list(departments)})


def handlers(conn: Connection) -> list[Colleague]:
    """Agents who may read requests and are not disabled, also while they take a new second factor: what they follow stays theirs."""
    return fetch_all(conn, Colleague, HANDLERS, {"departments": None})


class Acting(Struct):
    agent_id: UUID
    function: str
    role: str
    departments: list[str]
    permissions: list[str]


def acting(conn: Connection, agent_id: UUID) -> Acting | None:
    """The agent, as long as they may log in."""
    return fetch_one(conn, Acting, ACTING, {"agent_id": agent_id})
