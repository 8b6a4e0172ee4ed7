"""Invitations: the rows and the statements that read and write them."""

from datetime import datetime
from uuid import UUID

from services.chassis.event_store.db import Connection, fetch_one
from services.chassis.structs import Struct

INVITE = """
INSERT INTO invitations (agent_id, nonce, token_hash, expires_at, totp_secret, second_factor_only)
VALUES (%(agent_id)s, %(nonce)s, %(token_hash)s, %(expires_at)s, %(totp_secret)s, %(second_factor_only)s)
ON CONFLICT (agent_id) DO UPDATE SET nonce = excluded.nonce, token_hash = excluded.token_hash,
    expires_at = excluded.expires_at, totp_secret = excluded.totp_secret, second_factor_only = excluded.second_factor_only
"""
INVITATION = """
SELECT i.agent_id, i.nonce, i.token_hash, i.expires_at, i.totp_secret, i.second_factor_only, g.function, g.details
FROM invitations AS i JOIN agents AS g ON g.agent_id = i.agent_id WHERE i.agent_id = %(agent_id)s
"""
INVITATION_LOCKED = INVITATION + " FOR UPDATE OF g, i"
TAKE = (
    "UPDATE agents SET details = %(details)s, last_step = %(step)s, disabled_at = NULL WHERE agent_id = %(agent_id)s",
    "UPDATE credentials SET password_hash = coalesce(%(password_hash)s, password_hash), active = true "
    "WHERE person_id = %(agent_id)s",
    "UPDATE people SET active = true WHERE person_id = %(agent_id)s",
    "DELETE FROM invitations WHERE agent_id = %(agent_id)s",
)
END_SECOND_FACTOR = (
    "UPDATE agents SET details = %(details)s WHERE agent_id = %(agent_id)s",
    "UPDATE credentials SET active = false WHERE person_id = %(agent_id)s",
    "UPDATE people SET active = false WHERE person_id = %(agent_id)s",
    "DELETE FROM recovery_codes WHERE agent_id = %(agent_id)s",
)


class InvitationLink(Struct):
    agent_id: UUID
    nonce: str
    token_hash: str
    expires_at: datetime
    totp_secret: bytes
    second_factor_only: bool


class Invitation(InvitationLink):
    """The link that waits, and its agent."""

    function: str
    details: bytes


def invite(conn: Connection, link: InvitationLink) -> None:
    """In the place of an earlier one, whose link is revoked."""
    conn.execute(INVITE, vars(link))


def invitation(conn: Connection, agent_id: UUID, *, locked: bool = False) -> Invitation | None:
    return fetch_one(conn, Invitation, INVITATION_LOCKED if locked else INVITATION, {"agent_id": agent_id})


def end_second_factor(conn: Connection, agent_id: UUID, details: bytes) -> None:
    """No log-in is accepted until an invitation is taken. `details`: the agent's, without a second factor."""
    for statement in END_SECOND_FACTOR:
        conn.execute(statement, {"agent_id": agent_id, "details": details})


def take(conn: Connection, agent_id: UUID, *, details: bytes, step: int, password_hash: str | None) -> None:
    """The agent may log in with these and no others, with the password of before where `password_hash` is None; the link is
    used."""
    params = {"agent_id": agent_id, "details": details, "step": step, "password_hash": password_hash}
    for statement in TAKE:
        conn.execute(statement, params)
