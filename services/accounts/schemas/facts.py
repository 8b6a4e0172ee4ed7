"""The facts of accounts that other services or partners receive: the public part of its events, as stored and sent."""

from enum import StrEnum

from services.chassis.event_store.events import Event


class UpdateTarget(StrEnum):
    HOLDER = "holder"
    MEMBER = "member"
    HOUSEHOLD = "household"


class NotAppliedReason(StrEnum):
    """Why a profile is not changed: the first two are known at the decision, the last three are of a holder's new address."""

    NO_SPACE = "no_space"
    MEMBER_NOT_IN_SPACE = "member_not_in_space"
    MEMBER_REMOVED = "member_removed"  # from the family, before the day of the change
    LINK_EXPIRED = "link_expired"  # the address was not confirmed in time, also where another space has it
    REPLACED = "replaced"  # another change took its place
    UNDONE = "undone"  # it was taken back, also after `ProfileUpdated`


class AccountClosureRequested(Event):
    """The space is locked and is to be erased: its holder asked for it ("wish"), or it was not used for long ("inactive")."""

    closure_id: str
    reason: str
    erased_on: str  # a day of the town, ISO 8601


class AccountClosureLinkAsked(Event):
    """Someone gave the name or the address of a space that is to be erased: its holder is mailed the way back again."""

    closure_id: str


class AccountClosureNear(Event):
    """The space is erased in a few days: its holder is reminded of the way back."""

    closure_id: str


class AccountClosureDue(Event):
    """The days to return are over: the last mail is due, and the erasure follows within the hour."""

    closure_id: str


class AccountClosureWithdrawn(Event):
    """The holder returned, or the old address took back a change of e-mail that came before: the space is as it was."""

    closure_id: str


class CredentialsChanged(Event):
    """The holder, who gave the current password or followed the link for a forgotten one, changed what one logs in with; the
    other sessions are over. Also of an agent who followed such a link."""

    changed: tuple[str, ...]  # of "username", "password"


class EmailChangeRequested(Event):
    """The holder asked for another e-mail address. The old one is to be warned; the new one gets a link, unless it is the
    address of another space (`link`)."""

    change_id: str
    link: bool


class EmailChanged(Event):
    """The link was followed: the new address counts. The old one is to be informed, and can take it back for seven days."""

    change_id: str


class EmailChangeUndone(Event):
    """The old address took the change back: it is the space's again, later changes are void, every session is over."""

    change_id: str


class FamilyMemberRemoved(Event):
    """The holder removed a member: no new request is made for that person from this space."""

    member_id: str


class AccountInactive(Event):
    """The space was not used for long: its holder is to be warned that it closes on that day."""

    closes_on: str  # a day of the town, ISO 8601
    days: int  # which of the town's warnings it is: how many days before


class AgentInvited(Event):
    """A link is to be mailed, by which the agent chooses a password and takes a second factor; one mailed before is revoked."""

    by: str = ""


class ProfileUpdated(Event):
    """The profile of the holder, of a member or of the household says what a granted request asked for."""

    request_id: str
    target: str  # an UpdateTarget
    member_id: str | None
    request_number: str = ""  # "" where it was recorded before the number was asked for


class ProfileUpdateNotApplied(Event):
    """What a granted request asked for could not be applied, and was dropped: nothing changed, or a new address was taken back."""

    request_id: str
    target: str  # an UpdateTarget
    member_id: str | None
    reason: str  # a NotAppliedReason
    request_number: str = ""


class PasswordResetLinkMade(Event):
    """A link by which the holder chooses another password is to be mailed; those mailed before stay good for their time."""


class UsernameReminderAsked(Event):
    """The holder's user name is to be mailed to the holder's address, and nowhere else."""


class RecoveryCodeUsed(Event):
    """A recovery code took the place of the six figures in a log-in or for a new password; it cannot be used again."""

    left: int


class SessionEnded(Event, followed=True):
    """A person logged out or logged in again, or the space was closed: what is kept of the session is dropped. Time alone ends it
    without this event."""

    session: str  # sha256 of the token, in hexadecimal


class AccountCreated(Event):
    """A person made a space, which waits for its link to be followed; or the town brought one with it (`imported`)."""

    imported: bool  # by the town: active at once, no mail is sent


class ActivationLinkRenewed(Event):
    """The link mailed before is revoked; another is to be mailed."""


class EmailUsedAgain(Event):
    """Someone gave this active account's address to make another: its holder alone is to be informed."""


class PersonErased(Event):
    """Accounts has erased the holder: every service deletes what it has no duty to keep of this account."""
