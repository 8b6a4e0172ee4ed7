"""Events of accounts that stay inside, and the sealed parts of those that others receive (`schemas/facts.py`)."""

from services.accounts.schemas import facts
from services.chassis.event_store.events import Event, sealed

EMAIL = "email"


class AccountActivated(Event):
    """The holder followed the link of the mail, or came with the town's files: one may log in from now on."""


class AccountClosed(Event):
    """The space and its key are gone: the holder asked for it and did not return in time ("wish"), it was
    not used for long ("inactive"), or its link was not followed ("never_activated")."""

    reason: str


class ProfileChanged(Event):
    """The holder changed what the space says of them: the sections that differ, and the profile as it is from now on."""

    sections: tuple[str, ...]  # of "identity", "address", "contact", "preferred_contact", "organisation"
    profile: dict[str, object] | None = sealed()


class ProfileUpdated(facts.ProfileUpdated):
    changed: list[dict[str, object]] | None = sealed(default=None)
    """Of the holder (`member_id` None) and of each member: what differs, `before` and `after`."""


class EmailChangeRequested(facts.EmailChangeRequested):
    email: str | None = sealed()


class EmailChanged(facts.EmailChanged):
    email: str | None = sealed()


class EmailChangeUndone(facts.EmailChangeUndone):
    email: str | None = sealed()


class FamilyMemberAdded(Event):
    """A person of the holder's household was added by the holder, or came with the space from the town's files."""

    member_id: str


class FamilyMemberChanged(Event):
    """The holder changed what the space says of a member."""

    member_id: str


class AgentAdded(Event):
    """An agent's account was made by an administrator, an operator's command or the town's files, with what the agent may do.

    `by`, here as in the other facts of agents: the id of the administrator, or the name of the process; "" in older facts.
    """

    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]
    by: str = ""


class AgentChanged(Event):
    """An agent's account was changed by an administrator, an operator's command or the town's files; what the agent may do
    from now on."""

    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]
    # the fields that differ from before, also those whose values are not here: "email", "function"
    changed: tuple[str, ...]
    by: str = ""


class AgentDisabled(Event):
    """The administration shut an agent out: no log-in is accepted any more, and the agent's sessions are over."""

    by: str = ""


class AgentEnabled(Event):
    """The administration lets an agent who was shut out log in again, with the same password and second factor."""

    by: str = ""


class SecondFactorEnded(Event):
    """An administrator ended an agent's second factor and recovery codes, and the sessions: no log-in is accepted until the
    agent has taken a new factor by the mailed link. The password stays."""

    by: str = ""


class AgentReady(Event):
    """The agent followed the link: the new password and second factor are good, those of before no longer, and
    an agent who was disabled may log in again."""


class RecoveryCodesMade(Event):
    """The agent was shown new recovery codes; earlier ones are revoked."""
