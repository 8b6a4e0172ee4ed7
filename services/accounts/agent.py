"""Agents of the town hall: what they are called, where they work, what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.accounts import usernames
from services.accounts.fields import Errors, Section
from services.chassis.errors import Invalid
from services.chassis.events import event

HANDLING = ("read_requests", "change_status", "write_exchanges", "manage_appointments", "request_documents")
PUBLISHING = ("manage_news", "manage_activities", "manage_practical_info", "manage_polls")
GOVERNING = (
    "manage_settings",
    "manage_procedures",
    "manage_agendas",
    "manage_agents",
    "read_audit_log",
    "handle_data_rights",
    "run_retention",
)
NOT_ASKED_YET = ("handle_data_rights",)
"""Rights that a town's files may give already, for tools that are still to come."""
PERMISSIONS = frozenset({*HANDLING, *PUBLISHING, *GOVERNING})
USUAL = {"agent": HANDLING, "editor": PUBLISHING, "administrator": GOVERNING}
"""Roles, and what each may do when nothing else is said."""


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class AgentAdded:
    """An agent's account was made by an operator's command or from the town's files, with what the agent may do."""

    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]


class AgentRefused(Invalid):
    code = "agent_form"
    message = "Cet agent ne peut pas être ajouté."


@dataclass(frozen=True, kw_only=True)
class Agent:
    username: str
    email: str
    function: str
    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]


def read_agent(data: Mapping[str, Any]) -> tuple[Agent | None, Errors]:
    """The agent as kept, or None and one French sentence for each field that is wrong ("agent.role")."""
    errors: Errors = {}
    section = Section("agent", data, errors)
    username = section.text("username")
    sentence = usernames.why_refused(username)
    if sentence:
        section.refuse("username", sentence)
    role = section.text("role", missing="Indiquez un rôle : agent, editor ou administrator.")
    if role and role not in USUAL:
        section.refuse("role", "Choisissez un rôle : agent, editor ou administrator.")
    permissions = tuple(data.get("permissions") or USUAL.get(role, ()))
    unknown = sorted(set(permissions) - PERMISSIONS)
    if unknown:
        section.refuse("permissions", f"Droits inconnus : {', '.join(unknown)}.")
    agent = Agent(
        username=username,
        email=section.email(missing="Indiquez le courriel de l’agent."),
        function=section.text("function", missing="Indiquez la fonction, telle que les usagers la liront."),
        role=role,
        departments=tuple(data.get("departments") or ()),
        permissions=permissions,
    )
    return (None, errors) if errors else (agent, {})
