"""Agents who are here already: whether they may log in, and what they may do."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from services.accounts.credentials import usernames
from services.accounts.invitations import rows as invitation_rows, use_cases as invitations
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.schemas import agents as calls, team as team_calls
from services.accounts.schemas.agents import AgentDifference as Difference
from services.accounts.schemas.refusals import LastAdministrator
from services.accounts.sessions.lifetime import end_sessions_of
from services.accounts.spaces import records
from services.accounts.spaces.events import AgentChanged, AgentDisabled, AgentEnabled, SecondFactorEnded
from services.accounts.team import rows as agent_rows, rules
from services.accounts.team.views import Member, only_who_manages_agents, opened, shown
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings

ADMINISTRATORS = "administrators"
"""A stream without events: its lock has those who change agents one after the other, so that an administrator stays."""


def disable_agent(tx: Transaction, _: Settings, asked: calls.DisableAgent) -> calls.Disabled:
    """Of an agent who is disabled already, an invitation sent since ends."""
    only_who_manages_agents(tx.actor)
    with an_administrator_stays(tx):
        member = found(tx, asked.username, asked.agent_id)
        if member.row.disabled_at is not None:
            agent_rows.disable_agent(tx.conn, member.row.agent_id, member.row.disabled_at)
            return calls.Disabled(username=member.agent.username, changed=False)
        agent_rows.disable_agent(tx.conn, member.row.agent_id, tx.now)
        tx.append(f"agent-{member.row.agent_id}", [AgentDisabled(by=invitations.done_by(tx))])
        end_sessions_of(tx, member.row.agent_id)
    return calls.Disabled(username=member.agent.username, changed=True)


def enable_agent(tx: Transaction, _: Settings, asked: calls.EnableAgent) -> calls.Enabled:
    only_who_manages_agents(tx.actor)
    member = found(tx, asked.username, asked.agent_id)
    if member.row.disabled_at is None:
        return calls.Enabled(username=member.agent.username, changed=False, may_log_in=member.row.active)
    may_log_in = bool(member.totp_secret)
    agent_rows.enable_agent(tx.conn, member.row.agent_id, active=may_log_in)
    tx.append(f"agent-{member.row.agent_id}", [AgentEnabled(by=invitations.done_by(tx))])
    return calls.Enabled(username=member.agent.username, changed=True, may_log_in=may_log_in)


def invite_agent(tx: Transaction, settings: Settings, asked: calls.InviteAgent) -> calls.InvitationSent:
    """For an agent who is disabled this link is the only way to log in: earlier credentials stay disabled."""
    only_who_manages_agents(tx.actor)
    member = found(tx, asked.username, asked.agent_id)
    invitations.send(tx, member.row.agent_id, DerivedKeys(settings))
    return calls.InvitationSent(username=member.agent.username, may_log_in=member.row.active)


def change_rights(tx: Transaction, settings: Settings, asked: calls.ChangeRights) -> calls.RightsChanged:
    only_who_manages_agents(tx.actor)
    with an_administrator_stays(tx):
        member = found(tx, asked.username)
        changes = change_by_hand(tx, member, rules.with_rights(member.agent, asked), DerivedKeys(settings))
    return calls.RightsChanged(agent=shown(found(tx, asked.username), tx.now), changes=tuple(changes))


def change_member(tx: Transaction, settings: Settings, asked: team_calls.ChangeMember) -> None:
    only_who_manages_agents(tx.actor)
    with an_administrator_stays(tx):
        member = found(tx, agent_id=asked.agent_id)
        if asked.seen != rules.mark_of(member.agent):
            raise rules.AgentChangedMeanwhile
        change_by_hand(tx, member, rules.amended(member.agent, asked), DerivedKeys(settings))


def renew_second_factor(tx: Transaction, settings: Settings, asked: team_calls.RenewSecondFactor) -> None:
    """An agent who has taken no second factor yet is sent the invitation again."""
    only_who_manages_agents(tx.actor)
    with an_administrator_stays(tx):
        member = found(tx, agent_id=asked.agent_id)
        if member.row.disabled_at is not None:
            raise rules.AgentIsDisabled
        has_password = bool(member.totp_secret) or member.row.second_factor_only
        if member.totp_secret:
            _end_second_factor(tx, member)
        invitations.send(tx, member.row.agent_id, DerivedKeys(settings), second_factor_only=has_password)


def _end_second_factor(tx: Transaction, member: Member) -> None:
    agent_id = member.row.agent_id
    details = replace(records.agent_details(tx, agent_id, member.row.details), totp_secret="")
    invitation_rows.end_second_factor(tx.conn, agent_id, records.seal(tx, agent_id, details))
    tx.append(f"agent-{agent_id}", [SecondFactorEnded(by=invitations.done_by(tx))])
    end_sessions_of(tx, agent_id)


def change_by_hand(tx: Transaction, member: Member, wanted: rules.Agent, keys: DerivedKeys) -> list[Difference]:
    """`change_to` for a page or a command: the town's file leaves from now on what is changed here."""
    changes = change_to(tx, member, wanted, keys)
    if changes:
        kept = {*member.row.kept_fields, *(one.field for one in changes)}
        agent_rows.keep_fields(tx.conn, member.row.agent_id, kept)
    return changes


def change_all(
    tx: Transaction, wanted: Sequence[rules.Agent], keys: DerivedKeys, *, apply: bool
) -> tuple[list[Difference], list[Difference]]:
    """Makes each agent who is here what the town's file says: what differed, agent by agent, and what was left of it.

    A field that a page or a command changed last is left as it is, unless `apply`; once the file says the same, it is the
    file's again.
    """
    here = {row.username for row in agent_rows.agents(tx.conn)}
    changes: list[Difference] = []
    left: list[Difference] = []
    for agent in (one for one in wanted if usernames.fold(one.username) in here):
        member = found(tx, agent.username)
        differing = set(rules.differences(member.agent, agent))
        kept: set[str] = set() if apply else differing.intersection(member.row.kept_fields)
        left += [_difference(member.agent, agent, field) for field in rules.COMPARED if field in kept]
        changes += change_to(
            tx, member, replace(agent, **{field: getattr(member.agent, field) for field in kept}), keys
        )
        if kept != set(member.row.kept_fields):
            agent_rows.keep_fields(tx.conn, member.row.agent_id, kept)
    return changes, left


def absent(tx: Transaction, named: Sequence[rules.Agent]) -> list[str]:
    """The agents who came by the town's file, may log in still, and are not among these."""
    present = {usernames.fold(agent.username) for agent in named}
    left = [
        row
        for row in agent_rows.agents(tx.conn)
        if row.from_file and row.disabled_at is None and row.username not in present
    ]
    return [opened(tx, row).agent.username for row in left]


def change_to(tx: Transaction, member: Member, wanted: rules.Agent, keys: DerivedKeys) -> list[Difference]:
    """Makes the agent what is wanted, but for the user name; gives what differed, field by field, empty where nothing did.

    An invitation that waits goes to the new address.
    """
    fields = rules.differences(member.agent, wanted)
    if not fields:
        return []
    agent_id = member.row.agent_id
    sealed = records.AgentDetails(username=member.agent.username, email=wanted.email, totp_secret=member.totp_secret)
    agent_rows.save_agent(tx.conn, agent_id, wanted, records.seal(tx, agent_id, sealed))
    changed = AgentChanged(
        role=wanted.role,
        departments=wanted.departments,
        permissions=wanted.permissions,
        changed=tuple(fields),
        by=invitations.done_by(tx),
    )
    tx.append(f"agent-{agent_id}", [changed])
    if set(fields) & set(rules.OF_RIGHTS):
        end_sessions_of(tx, agent_id)
    if "email" in fields and member.row.invited_until is not None:
        invitations.send(tx, agent_id, keys, second_factor_only=member.row.second_factor_only)
    return [_difference(member.agent, wanted, field) for field in fields]


def _difference(before: rules.Agent, after: rules.Agent, field: str) -> Difference:
    old, new = ("", "") if field == "email" else (vars(before)[field], vars(after)[field])
    return Difference(username=before.username, field=field, before=old, after=new)


@contextmanager
def an_administrator_stays(tx: Transaction) -> Generator[None]:
    """Raises LastAdministrator, which undoes the whole, where what is done in the block leaves no active administrator."""
    tx.lock(ADMINISTRATORS)
    before = agent_rows.active_administrators(tx.conn)
    yield
    if before and not agent_rows.active_administrators(tx.conn):
        raise LastAdministrator


def found(tx: Transaction, username: str = "", agent_id: UUID | None = None) -> Member:
    """By the id where one is given; locked until the end of the transaction. Raises AgentUnknown."""
    conn, name = tx.conn, usernames.fold(username)
    row = agent_rows.agent_by_id(conn, agent_id) if agent_id else agent_rows.agent(conn, name)
    if row is None:
        raise rules.AgentUnknown
    return opened(tx, row)
