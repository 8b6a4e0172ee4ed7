"""Agents as operators' commands and administrators see them, by page or API."""

from datetime import datetime

from services.accounts.credentials import usernames
from services.accounts.schemas import agents as calls, team as team_calls
from services.accounts.spaces import records
from services.accounts.spaces.rules import NotYours
from services.accounts.team import rows as agent_rows
from services.accounts.team.rules import Agent, AgentUnknown, mark_of
from services.chassis.actors import Actor, only_ourselves
from services.chassis.contracts import from_json
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import Struct, made_of

MOST_CHANGES = 100


class Member(Struct):
    """An agent as stored: the row, and what is sealed in it."""

    row: agent_rows.AgentRow
    agent: Agent
    totp_secret: str


def agents(tx: Transaction, _: Settings, asked: calls.ListAgents) -> calls.Agents:
    only_who_manages_agents(tx.actor)
    name = usernames.fold(asked.username)
    found = tuple(shown(opened(tx, row), tx.now) for row in agent_rows.agents(tx.conn) if name in ("", row.username))
    if name and not found:
        raise AgentUnknown
    return calls.Agents(agents=found)


def list_team(tx: Transaction, _: Settings, asked: team_calls.ListTeam) -> team_calls.Team:
    only_who_manages_agents(tx.actor)
    return team_calls.Team(members=tuple(_member(tx, opened(tx, row)) for row in agent_rows.agents(tx.conn)))


def find_member(tx: Transaction, _: Settings, asked: team_calls.FindMember) -> team_calls.MemberRecord:
    only_who_manages_agents(tx.actor)
    everyone = {str(row.agent_id): row for row in agent_rows.agents(tx.conn)}
    row = everyone.get(str(asked.agent_id))
    if row is None:
        raise AgentUnknown
    facts: list[Recorded[object]] = tx.history(f"agent-{asked.agent_id}")[-MOST_CHANGES:]
    by = {getattr(fact.event, "by", "") for fact in facts} & everyone.keys()
    names = {agent_id: opened(tx, everyone[agent_id]).agent.username for agent_id in by}
    return team_calls.MemberRecord(
        member=_member(tx, opened(tx, row)), changes=tuple(_shown_change(fact, names) for fact in reversed(facts))
    )


def _member(tx: Transaction, member: Member) -> team_calls.Member:
    row = member.row
    besides: dict[str, object] = {
        "id": row.agent_id,
        "kept_fields": row.kept_fields,
        "second_factor_only": row.second_factor_only,
    }
    return from_json(team_calls.Member, {**vars(shown(member, tx.now)), **besides, "mark": mark_of(member.agent)})


def _shown_change(fact: Recorded[object], names: dict[str, str]) -> team_calls.MemberChange:
    return team_calls.MemberChange(
        what=type(fact.event).__name__,
        at=fact.time.isoformat(),
        fields=tuple(getattr(fact.event, "changed", ())),
        by=names.get(getattr(fact.event, "by", ""), ""),
    )


def opened(tx: Transaction, row: agent_rows.AgentRow) -> Member:
    details = records.agent_details(tx, row.agent_id, row.details)
    # the user name of the details is the one that was typed, that of the row is folded
    agent = made_of(Agent, row, details, departments=tuple(row.departments), permissions=tuple(row.permissions))
    return Member(row=row, agent=agent, totp_secret=details.totp_secret)


def shown(member: Member, now: datetime) -> calls.AgentShown:
    row, agent = member.row, member.agent
    if row.disabled_at is not None:
        state = calls.AgentState.DISABLED
    elif row.active:
        state = calls.AgentState.ACTIVE
    else:
        waits = row.invited_until is not None and row.invited_until > now
        state = calls.AgentState.INVITED if waits else calls.AgentState.EXPIRED
    return made_of(calls.AgentShown, agent, state=state, from_file=row.from_file)


def only_who_manages_agents(actor: Actor | None) -> None:
    """Raises NotYours."""
    if actor is None or actor.kind != "agent":
        only_ourselves(actor, NotYours)
    elif "administrator" not in actor.roles or "manage_agents" not in actor.permissions:
        raise NotYours
