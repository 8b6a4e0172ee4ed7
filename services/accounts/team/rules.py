"""Agents of the town hall: what they are called, where they work, what they may do."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from services.accounts.credentials import usernames
from services.accounts.schemas.agents import ChangeRights, DescribedAgent
from services.accounts.schemas.rights import RIGHTS, USUAL
from services.accounts.schemas.team import ChangeMember
from services.accounts.spaces.fields import Section
from services.chassis.errors import Conflict, Invalid, NotFound
from services.chassis.structs import Struct
from services.townhall.person_fields import Errors

PERMISSIONS = frozenset(RIGHTS)
OF_RIGHTS = ("role", "departments", "permissions")
"""What an agent may do: where one of these changes, the agent's sessions end."""
COMPARED = ("role", "function", "departments", "permissions", "email")
MISSING = {
    "role": "Indiquez un rôle : agent, editor ou administrator.",
    "email": "Indiquez le courriel de l’agent.",
    "function": "Indiquez la fonction, telle que les usagers la liront.",
}
NOT_CHANGED = "Cet agent ne peut pas être modifié ainsi."


class AgentUnknown(NotFound):
    message = "Aucun agent n’a ce nom d’utilisateur."


class AgentIsDisabled(Conflict):
    code = "agent_disabled"
    message = "Cet agent est désactivé. Réactivez-le d’abord, ou invitez-le de nouveau."


class AgentChangedMeanwhile(Conflict):
    code = "agent_changed"
    message = (
        "Cet agent a été modifié depuis que vous avez ouvert cette page. Rien n’est enregistré : relisez ce qui est "
        "affiché maintenant, puis recommencez si c’est toujours ce que vous voulez."
    )


class AgentRefused(Invalid):
    code = "agent_form"
    message = "Cet agent ne peut pas être ajouté."


class Agent(Struct):
    username: str
    email: str
    function: str
    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]


def read_agent(typed: DescribedAgent) -> tuple[Agent | None, Errors]:
    """The agent as kept, or None and one French sentence for each field that is wrong ("agent.role")."""
    errors: Errors = {}
    section = Section(form=vars(typed), errors=errors, within="agent.", missing=MISSING)
    username = section.take("username")
    if fault := usernames.fault_of(username):
        section.refuse("username", fault)
    role = section.take("role", required=True)
    if role and role not in USUAL:
        section.refuse("role", "Choisissez un rôle : agent, editor ou administrator.")
    permissions = USUAL.get(role, ()) if typed.permissions is None else typed.permissions
    unknown = sorted(set(permissions) - PERMISSIONS)
    if unknown:
        section.refuse("permissions", f"Droits inconnus : {', '.join(unknown)}.")
    agent = Agent(
        username=username,
        email=section.take("email", required=True),
        function=section.take("function", required=True),
        role=role,
        departments=typed.departments,
        permissions=permissions,
    )
    return (None, errors) if errors else (agent, {})


def known_agent(typed: DescribedAgent, refused: str = AgentRefused.message) -> Agent:
    """`read_agent`; raises AgentRefused with every fault, and that sentence."""
    agent, errors = read_agent(typed)
    if agent is None:
        raise AgentRefused(refused, fields=errors)
    return agent


def with_rights(agent: Agent, asked: ChangeRights) -> Agent:
    """The agent with these rights added and removed; another role comes with its usual rights. Raises AgentRefused."""
    role = asked.role
    errors: Errors = {}
    if role and role not in USUAL:
        errors["agent.role"] = "Choisissez un rôle : agent, editor ou administrator."
    unknown = sorted({*asked.add, *asked.remove} - PERMISSIONS)
    if unknown:
        errors["agent.permissions"] = f"Droits inconnus : {', '.join(unknown)}. Les droits : {', '.join(RIGHTS)}."
    if errors:
        raise AgentRefused(NOT_CHANGED, fields=errors)
    rights = USUAL[role] if role and role != agent.role else agent.permissions
    return replace(
        agent,
        role=role or agent.role,
        permissions=tuple(right for right in dict.fromkeys((*rights, *asked.add)) if right not in asked.remove),
        departments=agent.departments if asked.departments is None else tuple(dict.fromkeys(asked.departments)),
    )


def amended(agent: Agent, asked: ChangeMember) -> Agent:
    """The agent as a form has it; an e-mail address that is left empty stays. Raises AgentRefused with every fault."""
    wanted = DescribedAgent(
        username=agent.username,
        email=asked.email.strip() or agent.email,
        function=asked.function,
        role=asked.role,
        departments=tuple(dict.fromkeys(asked.departments)),
        permissions=tuple(dict.fromkeys(asked.permissions)),
    )
    return known_agent(wanted, NOT_CHANGED)


def mark_of(agent: Agent) -> str:
    """Stands for what an administrator sees of the agent: another one where any of it is another."""
    shown = [agent.function, agent.role, sorted(agent.departments), sorted(agent.permissions)]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def differences(before: Agent, after: Agent) -> list[str]:
    """The fields that are not the same; the order of rights and departments does not matter."""
    old, new = _comparable(before), _comparable(after)
    return [name for name in COMPARED if old[name] != new[name]]


def _comparable(agent: Agent) -> Mapping[str, object]:
    unordered = {"departments": frozenset(agent.departments), "permissions": frozenset(agent.permissions)}
    return {**vars(agent), **unordered}
