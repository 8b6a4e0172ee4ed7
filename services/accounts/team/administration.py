"""The town hall's team as administrators see and change it, by page or API."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.accounts.invitations import rows as invitation_rows, use_cases as invitations
from services.accounts.invitations.use_cases import done_by
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.schemas import team as calls
from services.accounts.sessions.lifetime import end_sessions_of
from services.accounts.spaces import records
from services.accounts.team import rows as agent_rows, use_cases as agents
from services.accounts.team.events import SecondFactorEnded
from services.accounts.team.rules import AgentChangedMeanwhile, AgentIsDisabled, AgentUnknown, amended, mark_of
from services.accounts.team.use_cases import Member, only_who_manages_agents
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction

MOST_CHANGES = 100


def list_team(store: Store, call: Call, asked: calls.ListTeam) -> calls.Team:
    only_who_manages_agents(call.actor)
    with store.viewing(call.actor) as tx:
        return calls.Team(members=tuple(_shown(tx, agents.opened(tx, row)) for row in agent_rows.agents(tx.conn)))


def find_member(store: Store, call: Call, asked: calls.FindMember) -> calls.MemberRecord:
    only_who_manages_agents(call.actor)
    with store.viewing(call.actor) as tx:
        everyone = agent_rows.agents(tx.conn)
        [row] = [one for one in everyone if one.agent_id == asked.agent_id] or [None]
        if row is None:
            raise AgentUnknown
        facts = tx.history(f"agent-{asked.agent_id}")[-MOST_CHANGES:]
        by = {getattr(fact.event, "by", "") for fact in facts}
        names = {
            str(one.agent_id): agents.opened(tx, one).agent.username for one in everyone if str(one.agent_id) in by
        }
        return calls.MemberRecord(
            member=_shown(tx, agents.opened(tx, row)),
            changes=tuple(_shown_change(fact, names) for fact in reversed(facts)),
        )


def change_member(store: Store, call: Call, asked: calls.ChangeMember) -> Done:
    only_who_manages_agents(call.actor)
    keys = DerivedKeys.of(store.settings)

    def change(tx: Transaction) -> Done:
        with agents.an_administrator_stays(tx):
            member = agents.found_by_id(tx, asked.agent_id)
            if asked.seen != mark_of(member.agent):
                raise AgentChangedMeanwhile
            wanted = amended(
                member.agent,
                function=asked.function,
                email=asked.email,
                role=asked.role,
                departments=asked.departments,
                permissions=asked.permissions,
            )
            agents.change_by_hand(tx, member, wanted, keys)
        return Done()

    return store.run_declared(call, Done, change)


def renew_second_factor(store: Store, call: Call, asked: calls.RenewSecondFactor) -> Done:
    """An agent who has taken no second factor yet is sent the invitation again."""
    only_who_manages_agents(call.actor)
    keys = DerivedKeys.of(store.settings)

    def renew(tx: Transaction) -> Done:
        with agents.an_administrator_stays(tx):
            member = agents.found_by_id(tx, asked.agent_id)
            if member.row.disabled_at is not None:
                raise AgentIsDisabled
            has_password = bool(member.totp_secret) or member.row.second_factor_only
            if member.totp_secret:
                _end_second_factor(tx, member)
            invitations.send(tx, member.row.agent_id, keys, second_factor_only=has_password)
        return Done()

    return store.run_declared(call, Done, renew)


def _end_second_factor(tx: Transaction, member: Member) -> None:
    agent_id: UUID = member.row.agent_id
    details = replace(records.agent_details(tx, agent_id, member.row.details), totp_secret="")
    invitation_rows.end_second_factor(tx.conn, agent_id, records.seal(tx, agent_id, details))
    tx.append(f"agent-{agent_id}", [SecondFactorEnded(by=done_by(tx))])
    end_sessions_of(tx, agent_id)


def _shown(tx: Transaction, member: Member) -> calls.Member:
    row = member.row
    return calls.Member(
        **vars(agents.shown(member, tx.now)),
        id=row.agent_id,
        kept_fields=tuple(row.kept_fields),
        second_factor_only=row.second_factor_only,
        mark=mark_of(member.agent),
    )


def _shown_change(fact: Recorded[Any], names: dict[str, str]) -> calls.MemberChange:
    return calls.MemberChange(
        what=type(fact.event).__name__,
        at=fact.time.isoformat(),
        fields=tuple(getattr(fact.event, "changed", ())),
        by=names.get(getattr(fact.event, "by", ""), ""),
    )
