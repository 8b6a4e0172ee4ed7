"""Calls about a person for the other services, and for the pages that prefill a form."""

from dataclasses import field
from uuid import UUID

from services.accounts.schemas.mails import Mail
from services.accounts.schemas.profile import Address, Identity, Organisation, Phones
from services.chassis.actors import Actor
from services.chassis.contracts import Query, text
from services.chassis.structs import Struct


class Contact(Phones):
    email: str = text(254)


class Relative(Struct):
    """A member of the family, as forms offer one. Without `address`, the member lives with the holder."""

    id: str
    full_name: str
    relation: str
    relation_label: str
    slug: str = ""
    birth_name: str = ""
    usage_name: str = ""
    given_names: str = ""
    birth_date: str = ""
    parental_authority: str = ""
    contact: Contact = field(default_factory=Contact)
    address: Address | None = None


class ComingUpdate(Struct):
    """What a request changes, or will once it is `granted`. `effective_on`: ISO 8601, None where it counts as soon as it is
    granted; `member_id`: of whom, None for the holder."""

    target: str
    member_id: str | None
    names: tuple[str, ...]
    effective_on: str | None
    granted: bool


class Profile(Struct):
    """What prefills a request."""

    account_id: str
    username: str
    full_name: str
    identity: Identity
    address: Address
    contact: Contact
    preferred_contact: str
    organisation: Organisation | None = None
    family_members: tuple[Relative, ...] = ()
    coming_updates: tuple[ComingUpdate, ...] = ()


class ReadProfile(Query[Profile], method="profile"):
    """Without an id, the caller's own; with one, for processes of ours alone. Raises NotYours, AccountUnknown."""

    account_id: UUID | None = None


class NoticeDetails(Struct):
    """What a mail about an account holds. `token`: of the link in it, made for this mail and stored nowhere. Days and moments
    in ISO 8601."""

    email: str
    name: str
    username: str
    token: str | None = None
    valid_days: int | None = None
    valid_hours: int | None = None
    valid_minutes: int | None = None
    expires_at: str | None = None
    second_factor_only: bool = False
    last_day: str | None = None
    erased_on: str | None = None
    inactive: bool = False
    closes_on: str | None = None
    months: int | None = None


class ReadNoticeDetails(Query[NoticeDetails], method="notice_details"):
    """`about`: the id of the change that the mail is about, where it is about one. For internal processes alone.

    Raises NotYours; NothingToSay where the mail has lost its reason.
    """

    account_id: UUID
    purpose: Mail
    about: str = text(40)


class Colleague(Struct):
    """`name`: the agent's function; `confidential`: whether files of confidential procedures are open to that agent."""

    id: str
    name: str
    username: str
    departments: tuple[str, ...]
    confidential: bool = False


class Colleagues(Struct):
    agents: tuple[Colleague, ...]


class ListColleagues(Query[Colleagues], method="colleagues"):
    """The agents who share a department with the agent who asks, who is one of them. Raises NotYours."""


class ActingAgent(Struct):
    """`agent` None: there is no such agent, or one whose access has ended."""

    agent: Actor | None


class ReadActingAgent(Query[ActingAgent]):
    """An agent as a call of theirs would name them now, with their rights of this moment. For internal processes alone."""

    agent_id: UUID


class ListHandlers(Query[Colleagues], method="handlers"):
    """Every agent who may read requests and is not disabled, also one who is taking a new second factor. For internal processes alone."""


class AccountIds(Struct):
    """`ids`: by user name as it was given; unknown ones are left out."""

    ids: dict[str, str]


class FindAccountIds(Query[AccountIds], method="account_ids"):
    """For internal processes alone."""

    usernames: tuple[str, ...]
