"""Changes of a profile, by its holder or by a granted request: the facts, and what is refused."""

from typing import Any

from services.chassis.errors import Conflict
from services.chassis.event_store.events import Event, sealed

EMAIL = "email"
HOLDER, MEMBER, HOUSEHOLD = "holder", "member", "household"
MEMBER_REMOVED = "member_removed"
LINK_EXPIRED, REPLACED, UNDONE = "link_expired", "replaced", "undone"


class ProfileChanged(Event):
    """The holder changed what the space says of them: the sections that differ, and the profile as it is from now on."""

    sections: tuple[str, ...]  # of "identity", "address", "contact", "preferred_contact", "organisation"
    profile: dict[str, Any] | None = sealed()


class ProfileWrittenElsewhere(Conflict):
    code = "profile_written_elsewhere"
    message = "Vos coordonnées ont été modifiées ailleurs depuis que vous avez ouvert cette page. Relisez-les."


class ProfileUpdated(Event):
    """The profile of the holder, of a member or of the household says what a granted request asked for."""

    request_id: str
    target: str
    member_id: str | None
    request_number: str = ""  # "" where it was recorded before the number was asked for
    changed: list[dict[str, Any]] | None = sealed(default=None)
    """Of the holder (`member_id` None) and of each member: what differs, `before` and `after`."""


class ProfileUpdateNotApplied(Event):
    """What a granted request asked for could not be applied on its day, and was dropped: nothing changed.

    Of a new address of the holder also: it was not confirmed in time ("link_expired", the same where another space has the
    address), another change took its place ("replaced"), or it was taken back ("undone", also after `ProfileUpdated`).
    """

    request_id: str
    target: str
    member_id: str | None
    reason: str  # "member_removed": the member whom it was for is in the family no more; those of an address are above
    request_number: str = ""
