"""Calls of the operators' commands about agents and the town's file of people, and those of an agent's invitation."""

from enum import StrEnum
from uuid import UUID

from services.accounts.schemas.parts import WithPassword, WithToken
from services.chassis.contracts import Command, Done, Json, Query, checked, text
from services.chassis.french_fields import Named
from services.chassis.structs import Struct


class FirstLogin(Struct):
    """Of a person who was brought in, shown once. `totp_secret`: of an agent."""

    username: str
    password: str
    totp_secret: str = ""
    role: str


class NewLogin(Struct):
    """Shown once. `uri`: what an application of one-time codes reads."""

    username: str
    password: str
    totp_secret: str
    role: str
    uri: str


class DescribedAgent(Struct):
    """What is typed of a new agent. `permissions` None: those of the role."""

    username: str = text()
    email: str = text(254)
    function: str = text()
    role: str = text(40)
    departments: tuple[str, ...] = ()
    permissions: tuple[str, ...] | None = None


class AddAgent(DescribedAgent, Command[NewLogin]):
    """A new agent with a random password. For administrators who manage agents, and processes of ours, as all calls here about
    another agent. Raises NotYours, AgentRefused, UsernameTaken."""


class AgentState(StrEnum):
    ACTIVE = "active"
    INVITED = "invited"
    EXPIRED = "expired"
    DISABLED = "disabled"


class AgentShown(Struct):
    """`state`: an AgentState; `from_file`: named by the town's file."""

    username: str
    function: str
    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]
    state: str
    from_file: bool


class Agents(Struct):
    agents: tuple[AgentShown, ...]


class ListAgents(Query[Agents], method="agents"):
    """Without a user name, all of them. Raises NotYours, AgentUnknown."""

    username: str = text()


class OfAgent(Struct):
    """The agent, by user name, or by id where one is given."""

    username: str = text()
    agent_id: UUID | None = None


class Disabled(Struct):
    """`changed`: False for one who was disabled already."""

    username: str
    changed: bool


class DisableAgent(OfAgent, Command[Disabled]):
    """Ends the agent's sessions and invitations at once. Raises NotYours, AgentUnknown, LastAdministrator."""


class Enabled(Disabled):
    """`changed`: False for one who was not disabled; `may_log_in`: False where an invitation is needed besides."""

    may_log_in: bool


class EnableAgent(OfAgent, Command[Enabled]):
    """Raises NotYours, AgentUnknown."""


class InvitationSent(Struct):
    """`may_log_in`: whether a password and a second factor of before are good until the link is followed."""

    username: str
    may_log_in: bool


class InviteAgent(OfAgent, Command[InvitationSent]):
    """Mails a link to choose a password and take a second factor; an earlier link is revoked. Raises NotYours, AgentUnknown."""


class InvitationOffer(Struct):
    """`uri`: the secret as a QR code shows it. `second_factor_only`: the password stays, and is asked for."""

    username: str
    totp_secret: str
    uri: str
    expires_at: str
    second_factor_only: bool = False


class OpenInvitation(WithToken, Query[InvitationOffer], method="invitation"):
    """What the mailed link offers; nothing changes. Raises InvitationUnknown, InvitationExpired."""


class InvitationTaken(Struct):
    """`recovery_codes`: shown once."""

    recovery_codes: tuple[str, ...]


class AcceptInvitation(WithPassword, WithToken, Command[InvitationTaken]):
    """`code`: the first six digits of the new factor. Raises FormRefused with every fault, TryLater, and as `OpenInvitation`."""

    code: str = text(40)


class AgentDifference(Struct):
    """A field of an agent: a text or several, of an address "" in the place of both."""

    username: str
    field: str
    before: object = ""
    after: object = ""


class RightsChanged(Struct):
    agent: AgentShown
    changes: tuple[AgentDifference, ...]


class ChangeRights(Command[RightsChanged]):
    """`add` and `remove`: of the rights held; `departments` replaces the present ones, None leaves them.

    Raises NotYours, AgentUnknown, AgentRefused, LastAdministrator.
    """

    username: str = text()
    role: str = text(40)
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    departments: tuple[str, ...] | None = None


class CheckAccounts(Query[Done]):
    """The town's file of people as YAML reads it; raises what `ImportAccounts` would refuse. `departments`: the slugs of those
    there are, None where they are not known. For internal processes alone."""

    document: Json = checked(Named(required=True))
    departments: tuple[str, ...] | None = None
    apply: bool = False


class Imported(Struct):
    """`logins`: of each new person; `invited`: new agents who are mailed a link; `without_password`: new citizens, who ask for
    a link themselves; `ids`: of everybody named, by user name. Of agents who were there: `changes`, and `left` where a page or
    a command changed a field since; `absent`: those whom an earlier file named and this one does not."""

    logins: tuple[FirstLogin, ...]
    ids: dict[str, str]
    changes: tuple[AgentDifference, ...]
    left: tuple[AgentDifference, ...]
    absent: tuple[str, ...]
    invited: tuple[str, ...] = ()
    without_password: tuple[str, ...] = ()


class ImportAccounts(Command[Imported]):
    """The people of the town's file. `invite`: no password is given; new agents are mailed a link. `apply`: the file wins
    over what a page or a command changed. For internal processes alone. Raises ImportRefused with every fault."""

    citizens: tuple[Json, ...] = ()
    agents: tuple[Json, ...] = ()
    invite: bool = False
    apply: bool = False
