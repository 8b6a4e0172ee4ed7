"""Changes of a profile, by its holder or by a granted request."""

from typing import Any

from services.accounts.schemas import facts
from services.chassis.event_store.events import Event, sealed

EMAIL = "email"
HOLDER, MEMBER, HOUSEHOLD = "holder", "member", "household"
MEMBER_REMOVED = "member_removed"
LINK_EXPIRED, REPLACED, UNDONE = "link_expired", "replaced", "undone"


class ProfileChanged(Event):
    """The holder changed what the space says of them: the sections that differ, and the profile as it is from now on."""

    sections: tuple[str, ...]  # of "identity", "address", "contact", "preferred_contact", "organisation"
    profile: dict[str, Any] | None = sealed()


class ProfileUpdated(facts.ProfileUpdated):
    changed: list[dict[str, Any]] | None = sealed(default=None)
    """Of the holder (`member_id` None) and of each member: what differs, `before` and `after`."""
