"""What requests asks of accounts, before a transaction: what prefills a form, who a colleague is, whose ids were imported."""

from collections.abc import Mapping
from typing import Any

from services.chassis.actors import Actor, system
from services.chassis.rpc import RpcClient
from services.requests import refusals

Json = dict[str, Any]

REQUESTS = system("requests")


def profile_of(neighbours: RpcClient, actor: Actor) -> Json | None:
    """A citizen's own profile; None for everyone else."""
    return neighbours.call("accounts.profile", {}, actor=actor) if actor.kind == "citizen" else None


def member_of(
    neighbours: RpcClient, actor: Actor, chosen: Any, profile: Mapping[str, Any] | None = None
) -> Json | None:
    """For whom the request is made: a family member of the account, or whom an agent describes at the counter.

    A citizen's own word is not taken for it: the member is looked up. Raises MemberUnknown.
    """
    if not chosen:
        return None
    if actor.kind == "agent" and isinstance(chosen, Mapping):
        return {name: str(chosen[name]) for name in DESCRIBED if chosen.get(name)}
    known = profile or profile_of(neighbours, actor)
    wanted = chosen.get("id") if isinstance(chosen, Mapping) else chosen
    for member in (known or {}).get("family_members", ()):
        if wanted in (member.get("id"), member.get("slug")):
            return dict(member)
    raise refusals.MemberUnknown(fields={"member": refusals.MemberUnknown.message})


DESCRIBED = ("given_names", "birth_name", "usage_name", "birth_date", "relation")


def colleague(neighbours: RpcClient, actor: Actor, chosen: str | None) -> Json | None:
    """The agent to whom another one hands a request: `{id, name, departments}`; None for nobody, or for oneself.

    Raises ColleagueUnknown for an agent with whom the actor shares no department.
    """
    if chosen in (None, actor.id) or actor.kind != "agent":
        return None
    for agent in neighbours.call("accounts.colleagues", {}, actor=actor)["agents"]:
        if agent["id"] == chosen:
            return agent
    raise refusals.ColleagueUnknown(fields={"assignee": refusals.ColleagueUnknown.message})


def account_ids(neighbours: RpcClient, usernames: list[str]) -> dict[str, str]:
    return neighbours.call("accounts.account_ids", {"usernames": usernames}, actor=REQUESTS)["ids"]
