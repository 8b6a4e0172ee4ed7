"""Calls about agents and administrators: the list, one agent, invitations, changes, second factors and recovery codes."""

from uuid import UUID

from services.accounts.schemas.agents import AgentShown, DescribedAgent
from services.accounts.schemas.parts import WithPassword
from services.chassis.contracts import Command, Done, Query, text
from services.chassis.structs import Struct


class Member(AgentShown):
    """An agent as administrators see one; the e-mail address is not shown.

    `second_factor_only`: the invitation that waits is for a new second factor.
    `kept_fields`: what a page or a command changed last, which the town's file leaves as it is. `mark`: stands for function,
    role, departments and rights as they are here.
    """

    id: UUID
    kept_fields: tuple[str, ...]
    second_factor_only: bool
    mark: str


class Team(Struct):
    members: tuple[Member, ...]


class ListTeam(Query[Team]):
    """Every agent, by user name. For administrators who manage agents, as all calls here but the agent's own codes."""


class MemberChange(Struct):
    """What happened to an agent's account: the name of the fact, when (ISO 8601), the fields that changed. `by`: the user name
    of the agent who did it, "" where a command or the town's files did, or an older fact does not say."""

    what: str
    at: str
    fields: tuple[str, ...] = ()
    by: str = ""


class MemberRecord(Struct):
    """`changes`: the latest first, a hundred at most."""

    member: Member
    changes: tuple[MemberChange, ...]


class FindMember(Query[MemberRecord]):
    """Raises NotYours, AgentUnknown."""

    agent_id: UUID


class Invited(Struct):
    id: UUID
    username: str


class InviteMember(DescribedAgent, Command[Invited]):
    """A new agent, who is mailed a link to choose a password and take a second factor. Raises NotYours, AgentRefused,
    UsernameTaken."""


class ChangeMember(Command[Done]):
    """Makes the agent what is written here; an `email` left empty stays. `seen`: the mark of what was on the screen.
    The sessions end where role, departments or rights change.

    Raises NotYours, AgentUnknown, AgentChangedMeanwhile, AgentRefused with every fault, LastAdministrator.
    """

    agent_id: UUID
    seen: str = text(40)
    email: str = text(254)
    function: str = text()
    role: str = text(40)
    departments: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()


class RenewSecondFactor(Command[Done]):
    """Ends the agent's second factor, recovery codes and sessions, and mails a link to take a new factor with the password that
    the agent has. Raises NotYours, AgentUnknown, AgentIsDisabled, LastAdministrator."""

    agent_id: UUID


class RecoveryCodesLeft(Struct):
    left: int


class CountRecoveryCodes(Query[RecoveryCodesLeft]):
    """How many of the actor's own recovery codes still open."""


class RecoveryCodes(Struct):
    """Shown once."""

    codes: tuple[str, ...]


class RenewRecoveryCodes(WithPassword, Command[RecoveryCodes]):
    """New recovery codes for the actor, given the password and the six figures of now; earlier ones are revoked.
    Raises NotYours, FormRefused with each fault, TryLater."""

    code: str = text(40)
