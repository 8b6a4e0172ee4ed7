"""Personal spaces, agents and the town's settings: rows and statements."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from services.chassis.event_store.db import Rows

ACCOUNT = """
SELECT a.account_id, a.profile, a.activated_at, a.activation_nonce, a.activation_hash, a.activation_expires_at,
       a.holder_warned_at, a.pending_email_hash, a.continue_to, coalesce(c.active, false) AS active
FROM accounts AS a LEFT JOIN credentials AS c ON c.person_id = a.account_id
"""
BY_ID = ACCOUNT + "WHERE a.account_id = %(account_id)s"
BY_ID_LOCKED = BY_ID + " FOR UPDATE OF a"
BY_EMAIL_LOCKED = ACCOUNT + "WHERE a.email_hash = %(email_hash)s AND a.activated_at IS NOT NULL FOR UPDATE OF a"
ADD_ACCOUNT = """
INSERT INTO accounts (account_id, email_hash, pending_email_hash, profile, continue_to, created_at, activated_at, last_used_at)
VALUES (%(account_id)s, %(email_hash)s, %(pending_email_hash)s, %(profile)s, %(continue_to)s, %(now)s, %(activated_at)s,
    %(last_used_at)s)
ON CONFLICT (email_hash) DO NOTHING RETURNING account_id
"""
SET_LINK = """
UPDATE accounts SET activation_nonce = %(nonce)s, activation_hash = %(hash)s, activation_expires_at = %(expires_at)s
WHERE account_id = %(account_id)s
"""
ACTIVATE = (
    "UPDATE accounts SET activated_at = %(now)s, last_used_at = %(now)s, activation_nonce = NULL, pending_email_hash = NULL, "
    "continue_to = NULL WHERE account_id = %(account_id)s",
    "UPDATE credentials SET active = true WHERE person_id = %(account_id)s",
    "UPDATE people SET active = true WHERE person_id = %(account_id)s",
)
WARNED = "UPDATE accounts SET holder_warned_at = %(now)s WHERE account_id = %(account_id)s"
NEVER_ACTIVATED = """
SELECT account_id FROM accounts WHERE activated_at IS NULL AND activation_expires_at <= %(before)s
ORDER BY account_id LIMIT 100 FOR UPDATE SKIP LOCKED
"""
REMOVE = (
    "DELETE FROM credentials WHERE person_id = %(account_id)s",
    "DELETE FROM people WHERE person_id = %(account_id)s",
    "DELETE FROM accounts WHERE account_id = %(account_id)s",
)

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
COLLEAGUES = """
SELECT g.agent_id, g.function, g.departments, g.details
FROM agents AS g JOIN credentials AS c ON c.person_id = g.agent_id AND c.active
WHERE g.departments && %(departments)s::text[] AND 'read_requests' = ANY(g.permissions) ORDER BY g.function, g.agent_id
"""


@dataclass(frozen=True, kw_only=True)
class Account:
    account_id: UUID
    profile: bytes
    activated_at: datetime | None
    activation_nonce: str | None
    activation_hash: str | None
    activation_expires_at: datetime | None
    holder_warned_at: datetime | None
    pending_email_hash: bytes | None  # of the address that it waits for, until it is activated
    continue_to: bytes | None  # sealed
    active: bool


def account(conn: Rows, account_id: UUID, *, locked: bool = False) -> Account | None:
    with conn.cursor(row_factory=class_row(Account)) as cursor:
        return cursor.execute(BY_ID_LOCKED if locked else BY_ID, {"account_id": account_id}).fetchone()


def account_by_email(conn: Rows, email_hash: bytes) -> Account | None:
    """The active space of that address, locked until the end of the transaction."""
    with conn.cursor(row_factory=class_row(Account)) as cursor:
        return cursor.execute(BY_EMAIL_LOCKED, {"email_hash": email_hash}).fetchone()


def add_account(
    conn: Rows,
    account_id: UUID,
    *,
    email_hash: bytes,
    profile: bytes,
    now: datetime,
    active: bool,
    continue_to: bytes | None = None,
    last_used_at: datetime | None = None,
) -> bool:
    """False when an active account has the e-mail; one that is not active yet waits for its address beside others. Without a
    last use, that is now."""
    params = {
        "account_id": account_id,
        "email_hash": email_hash if active else secrets.token_bytes(len(email_hash)),
        "pending_email_hash": None if active else email_hash,
        "profile": profile,
        "continue_to": continue_to,
        "now": now,
        "activated_at": now if active else None,
        "last_used_at": last_used_at or now,
    }
    return conn.execute(ADD_ACCOUNT, params).fetchone() is not None


def set_link(conn: Rows, account_id: UUID, nonce: str | None, token_hash: str | None, expires_at: datetime) -> None:
    """Without a nonce the space has no link, and waits until then all the same."""
    conn.execute(SET_LINK, {"account_id": account_id, "nonce": nonce, "hash": token_hash, "expires_at": expires_at})


def activate(conn: Rows, account_id: UUID, now: datetime) -> None:
    for statement in ACTIVATE:
        conn.execute(statement, {"account_id": account_id, "now": now})


def holder_was_warned(conn: Rows, account_id: UUID, now: datetime) -> None:
    conn.execute(WARNED, {"account_id": account_id, "now": now})


def never_activated(conn: Rows, before: datetime) -> list[UUID]:
    """At most a hundred accounts whose link expired before that moment, locked."""
    return [row["account_id"] for row in conn.execute(NEVER_ACTIVATED, {"before": before}).fetchall()]


def remove(conn: Rows, account_id: UUID) -> None:
    """The name and the address are free again; sessions and family members go with them."""
    for statement in REMOVE:
        conn.execute(statement, {"account_id": account_id})


def save_agent(
    conn: Rows,
    agent_id: UUID,
    *,
    function: str,
    role: str,
    departments: Sequence[str],
    permissions: Sequence[str],
    details: bytes,
) -> None:
    """Adds the agent, or changes one who is there."""
    params = {
        "agent_id": agent_id,
        "function": function,
        "role": role,
        "departments": list(departments),
        "permissions": list(permissions),
        "details": details,
    }
    conn.execute(SAVE_AGENT, params)


@dataclass(frozen=True, kw_only=True)
class AgentRow:
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


def agents(conn: Rows) -> list[AgentRow]:
    with conn.cursor(row_factory=class_row(AgentRow)) as cursor:
        return cursor.execute(ALL_AGENTS).fetchall()


def agent(conn: Rows, username: str) -> AgentRow | None:
    """By the folded name, locked until the end of the transaction."""
    with conn.cursor(row_factory=class_row(AgentRow)) as cursor:
        return cursor.execute(AGENT_LOCKED, {"username": username}).fetchone()


def agent_by_id(conn: Rows, agent_id: UUID) -> AgentRow | None:
    """Locked until the end of the transaction."""
    with conn.cursor(row_factory=class_row(AgentRow)) as cursor:
        return cursor.execute(AGENT_BY_ID_LOCKED, {"agent_id": agent_id}).fetchone()


def keep_fields(conn: Rows, agent_id: UUID, fields: Iterable[str]) -> None:
    """From now on these, and no others, are left by the town's file as they are."""
    conn.execute(KEEP_FIELDS, {"agent_id": agent_id, "fields": sorted(fields)})


def disable_agent(conn: Rows, agent_id: UUID, now: datetime) -> None:
    for statement in DISABLE_AGENT:
        conn.execute(statement, {"agent_id": agent_id, "now": now})


def enable_agent(conn: Rows, agent_id: UUID, *, active: bool) -> None:
    for statement in ENABLE_AGENT:
        conn.execute(statement, {"agent_id": agent_id, "active": active})


def named_by_the_file(conn: Rows, usernames: Sequence[str]) -> None:
    conn.execute(NAMED_BY_THE_FILE, {"usernames": list(usernames)})


def active_administrators(conn: Rows) -> int:
    found = conn.execute(ACTIVE_ADMINISTRATORS).fetchone()
    return found["count"] if found else 0


@dataclass(frozen=True)
class Colleague:
    id: UUID
    function: str
    departments: list[str]
    details: bytes


def colleagues(conn: Rows, departments: Sequence[str]) -> list[Colleague]:
    """Active agents who may read the requests of one of these departments."""
    rows = conn.execute(COLLEAGUES, {"departments": list(departments)}).fetchall()
    return [Colleague(row["agent_id"], row["function"], row["departments"], row["details"]) for row in rows]
