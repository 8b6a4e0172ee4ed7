"""The calls about one's own space: what the town knows of its holder, and how the holder changes it."""

from dataclasses import field
from uuid import UUID

from services.accounts.schemas.parts import LONGEST_PASSWORD, WithPassword, WithToken
from services.chassis.contracts import LONGEST_TOKEN, Command, Done, Query, Remembered, text
from services.chassis.structs import Struct


class Identity(Struct):
    """`birth_date` in ISO 8601; `usage_name` is the birth name where no other was given."""

    civility: str = text(40)
    birth_name: str = text()
    usage_name: str = text()
    given_names: str = text()
    birth_date: str = text(40)
    birth_place: str = text()


class Address(Struct):
    line1: str = text()
    line2: str = text()
    postcode: str = text()
    city: str = text()
    country: str = text(40)


class Phones(Struct):
    mobile_phone: str = text(60)
    home_phone: str = text(60)
    work_phone: str = text(60)


class Organisation(Struct):
    """The association or company for which the holder also files. `kind`: "association" or "company"."""

    kind: str = text(40)
    name: str = text()
    rna: str = text(40)
    siret: str = text(40)
    role: str = text()


class Relative(Struct):
    """A member of the holder's family; `relation_label` is the French word for the relation."""

    id: UUID
    full_name: str
    relation_label: str
    birth_date: str


class EmailToConfirm(Struct):
    """An address that counts once the link mailed to it is followed; moments in ISO 8601."""

    email: str
    asked_at: str
    expires_at: str


class ChangedValue(Struct):
    """`name`: "address", "email", "mobile_phone", "home_phone", "work_phone" or "preferred_contact". An address is in the lines of an
    envelope; "" where there was, or is, nothing: for the address of a member, that of the holder."""

    name: str
    before: str
    after: str


class ChangedPerson(Struct):
    """The holder (`member_id` None, `full_name` ""), or a member, without name once removed from the family."""

    member_id: UUID | None = None
    full_name: str = ""
    values: tuple[ChangedValue, ...] = ()


class SpaceChange(Struct):
    """Something that was changed of the space, `at` a moment in ISO 8601.

    `what`: "profile" (`parts`: sections), "credentials" (`parts`: "username", "password"), "email_asked", "email" or "email_undone",
    each without a value; "updated" for what a granted request changed (`people`: of whom, before and after) or
    "update_not_applied" (`people`: of whom, nothing changed), both with the number of the request where it is known, as
    "email_expired" for an address that a request gave and that was not confirmed in time.
    """

    at: str
    what: str
    parts: tuple[str, ...] = ()
    request_number: str = ""
    people: tuple[ChangedPerson, ...] = ()


class Space(Struct):
    """All that the town knows of the holder of a space. `mark`: a digest of the profile, for `ChangeProfile`.
    `changes`: the last ones, the newest first."""

    username: str
    full_name: str
    identity: Identity
    address: Address
    email: str
    phones: Phones
    preferred_contact: str
    mark: str
    organisation: Organisation | None = None
    family: tuple[Relative, ...] = ()
    email_to_confirm: EmailToConfirm | None = None
    changes: tuple[SpaceChange, ...] = ()


class ReadSpace(Query[Space]):
    """The caller's own space. Raises NotYours, AccountUnknown."""


class ChangeProfile(Command[Done]):
    """The whole profile as it is to be, but for the e-mail address, which is a matter of `ChangeCredentials`.

    `seen`: the mark of the profile that was being changed; "" for a program, which is not held to it.
    """

    identity: Identity = field(default_factory=Identity)
    address: Address = field(default_factory=Address)
    phones: Phones = field(default_factory=Phones)
    preferred_contact: str = text(40)
    organisation: Organisation | None = None
    seen: str = text(64)


class CredentialsChange(Struct):
    """What came of it: a new user name or password counts at once, a new address once its link is followed."""

    username: bool = False
    password: bool = False
    email_asked: bool = False


class ChangeCredentials(Command[CredentialsChange]):
    """`current_password` proves who asks. What is "" stays as it is. `presented`: the session that asks; it alone stays open."""

    current_password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)
    username: str = text()
    new_password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)
    email: str = text(254)
    presented: str = text(LONGEST_TOKEN, remembered=Remembered.LEFT_OUT)


class EmailLink(Struct):
    """What the link offers: the address that is to count. `needs_password`: who asks is not logged in to that space."""

    email: str
    needs_password: bool = False


class OpenEmailConfirmation(WithToken, Query[EmailLink]):
    """The link mailed to a new address; nothing changes. Refused as `ConfirmEmail` refuses."""


class ConfirmEmail(WithPassword, WithToken, Command[Done]):
    """The new address counts from now on. `password`: of the space, unless its holder is logged in and asks: a stranger in
    whose mailbox the link arrived by mistake opens nothing with it.

    Raises EmailLinkUnknown, EmailLinkExpired, EmailLinkUsed, EmailOfAnother, PasswordWrong, TryLater.
    """


class OpenEmailUndo(WithToken, Query[EmailLink]):
    """The link mailed to the old address; nothing changes. Refused as `UndoEmailChange` refuses."""


class UndoEmailChange(WithToken, Command[Done]):
    """The old address is the space's again, changes asked for since are void, and every session is over.

    Raises EmailLinkUnknown, EmailLinkExpired, EmailLinkUsed, EmailOfAnother.
    """
