"""Agents of the town hall: what they are called, where they work, what they may do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.accounts import usernames
from services.accounts.fields import Errors, Section
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound
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
RIGHTS = (*HANDLING, *PUBLISHING, *GOVERNING)
PERMISSIONS = frozenset(RIGHTS)
ADMINISTRATOR = "administrator"
USUAL = {"agent": HANDLING, "editor": PUBLISHING, ADMINISTRATOR: GOVERNING}
"""Roles, and what each may do when nothing else is said."""
OF_RIGHTS = ("role", "departments", "permissions")
"""What an agent may do: where one of these changes, the agent's sessions end."""
COMPARED = ("role", "function", "departments", "permissions", "email")
NOT_CHANGED = "Cet agent ne peut pas être modifié ainsi."


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class AgentAdded:
    """An agent's account was made by an operator's command or from the town's files, with what the agent may do."""

    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class AgentChanged:
    """An agent's account was changed by an operator's command or by the town's files; what the agent may do from now on."""

    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]
    changed: tuple[
        str, ...
    ]  # the fields that differ from before, also those whose values are not here: "email", "function"


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class AgentDisabled:
    """The administration shut an agent out: no log-in is accepted any more, and the agent's sessions are over."""


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class AgentEnabled:
    """The administration lets an agent who was shut out log in again, with the same password and second factor."""


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class AgentInvited:
    """A link is to be mailed, by which the agent chooses a password and takes a second factor; one mailed before is dead."""


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class AgentReady:
    """The agent followed the link: the new password and second factor are good, those of before no longer, and
    an agent who was disabled may log in again."""


class InvitationUnknown(NotFound):
    code = "invitation_unknown"
    message = "Ce lien d’invitation n’est pas valable, ou il a déjà servi."


class InvitationExpired(Forbidden):
    code = "invitation_expired"
    message = "Ce lien d’invitation n’est plus valable."


class AgentUnknown(NotFound):
    code = "agent_unknown"
    message = "Aucun agent n’a ce nom d’utilisateur."


class LastAdministrator(Conflict):
    code = "last_administrator"
    message = "Ce compte est le dernier compte d’administration actif. Créez-en d’abord un autre."


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
    given = data.get("permissions")  # of an agent who may do nothing, an empty list
    permissions = tuple(USUAL.get(role, ()) if given is None else given)
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


def with_rights(
    agent: Agent,
    *,
    role: str = "",
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    departments: Sequence[str] | None = None,
) -> Agent:
    """The agent with these rights added and removed; another role comes with its usual rights. Raises AgentRefused."""
    errors: Errors = {}
    if role and role not in USUAL:
        errors["agent.role"] = "Choisissez un rôle : agent, editor ou administrator."
    unknown = sorted({*add, *remove} - PERMISSIONS)
    if unknown:
        errors["agent.permissions"] = f"Droits inconnus : {', '.join(unknown)}. Les droits : {', '.join(RIGHTS)}."
    if errors:
        raise AgentRefused(NOT_CHANGED, fields=errors)
    held = USUAL[role] if role and role != agent.role else agent.permissions
    return replace(
        agent,
        role=role or agent.role,
        permissions=tuple(right for right in dict.fromkeys((*held, *add)) if right not in set(remove)),
        departments=agent.departments if departments is None else tuple(dict.fromkeys(departments)),
    )


def differences(before: Agent, after: Agent) -> list[str]:
    """The fields that are not the same; the order of rights and departments does not matter."""
    return [name for name in COMPARED if _comparable(getattr(before, name)) != _comparable(getattr(after, name))]


def _comparable(value: str | tuple[str, ...]) -> str | frozenset[str]:
    return value if isinstance(value, str) else frozenset(value)
