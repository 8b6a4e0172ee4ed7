"""Calls of accounts, before a transaction: the profile that prefills a form, a colleague, the ids of imported accounts."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.accounts.schemas.people import (
    Colleague,
    FindAccountIds,
    ListColleagues,
    ListHandlers,
    Profile,
    ReadActingAgent,
    ReadProfile,
)
from services.chassis.actors import Actor, system
from services.chassis.calls import Call
from services.chassis.contracts import Done, Json, RemoteCall
from services.chassis.errors import Refusal
from services.chassis.event_store.store import Store
from services.chassis.rpc.client import RpcClient, send
from services.requests import refusals
from services.requests.forms import applicant
from services.townhall.town_time import local_day

T = TypeVar("T")

REQUESTS = system("requests")


def unless_done(store: Store, call: Call, ask: Callable[[], T]) -> T | None:
    """The answer of another service. Where it is away, or refuses now, a command that is done is still answered: None, the
    answer is not used then."""
    try:
        return ask()
    except Refusal:
        if store.done(call, Done) is None:  # which fits any answer
            raise
        return None


def profile_of(rpc: RpcClient, call: Call) -> Profile | None:
    """A citizen's own profile; None for everyone else."""
    return _ask(rpc, ReadProfile(), call) if call.actor.kind == "citizen" else None


def member_of(
    rpc: RpcClient, call: Call, chosen: str | Json | None, profile: Profile | None = None, *, now: datetime
) -> Json | None:
    """For whom the request is made: a family member of the account, or whom an agent describes at the counter.

    A citizen's member is looked up at accounts. Raises MemberUnknown; MemberNotDescribed where an agent's words are not right.
    """
    if not chosen:
        return None
    if call.actor.kind == "agent" and isinstance(chosen, dict):
        return applicant.described_member(chosen, today=local_day(now))
    known = profile or profile_of(rpc, call)
    wanted = chosen.get("id") if isinstance(chosen, dict) else chosen
    for relative in known.family_members if known else ():
        if wanted in (relative.id, relative.slug):
            return asdict(relative)
    raise refusals.MemberUnknown(fields={"member": refusals.MemberUnknown.message})


def colleague(rpc: RpcClient, call: Call, chosen: str | None) -> Actor | None:
    """The agent to whom another one assigns a request; None for no agent, or for the actor.

    Raises ColleagueUnknown for an agent with whom the actor shares no department.
    """
    if chosen in (None, call.actor.id) or call.actor.kind != "agent":
        return None
    if chosen in (known := colleagues(rpc, call)):
        return known[chosen]
    raise refusals.ColleagueUnknown(fields={"assignee": refusals.ColleagueUnknown.message})


def acting_agent(rpc: RpcClient, agent_id: str) -> Actor | None:
    """The agent with the rights of this moment; None where their access has ended."""
    return send(rpc, ReadActingAgent(agent_id=UUID(agent_id)), actor=REQUESTS).agent


def colleagues(rpc: RpcClient, call: Call) -> dict[str, Actor]:
    """The agents who share a department with the actor, by id."""
    return {one.id: _agent(one) for one in _ask(rpc, ListColleagues(), call).agents}


def handlers(rpc: RpcClient) -> dict[str, Actor]:
    """Every agent who handles requests, by id."""
    return {one.id: _agent(one) for one in send(rpc, ListHandlers(), actor=REQUESTS).agents}


def _agent(one: Colleague) -> Actor:
    """The agent, with the rights that decide what the agent may see."""
    rights = ("read_requests", *(("handle_confidential",) if one.confidential else ()))
    return Actor(kind="agent", id=one.id, name=one.name, departments=one.departments, permissions=rights)


def account_ids(rpc: RpcClient, call: Call, usernames: list[str]) -> dict[str, str]:
    return _ask(rpc, FindAccountIds(usernames=tuple(usernames)), call, actor=REQUESTS).ids


def _ask(rpc: RpcClient, asked: RemoteCall[T], call: Call, *, actor: Actor | None = None) -> T:
    """On behalf of the caller, under the id of that call."""
    return send(rpc, asked, actor=actor or call.actor, correlation_id=call.correlation_id)
