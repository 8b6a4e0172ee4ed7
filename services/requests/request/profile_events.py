"""Facts of a request about the profile that it changes. Names and fields are the storage format, as in `events.py`."""

from datetime import date

from services.chassis.event_store.events import Event


class ProfileUpdateAsked(Event):
    """A filed request asks for a change of what its account says; its space announces it until the request ends.

    The fields are those of `ProfileUpdateDecided`; `effective_on` is the day of the filing where no later one is asked for.
    """

    account_id: str
    target: str
    member_id: str | None
    names: list[str]
    effective_on: date


class ProfileUpdateDecided(Event):
    """The request was granted: from that day it changes what its account says of the holder, a member or the household.

    The values stay in the request; accounts asks for them when the day has come.
    """

    account_id: str
    target: str  # "holder", "member" or "household"
    member_id: str | None
    names: list[str]  # of the profile: "address", "mobile_phone" …
    effective_on: date


class ProfileUpdated(Event):
    """The profile says what the request asked for. Heard from accounts, kept under its event id."""

    imported: bool = False


class ProfileUpdateNotApplied(Event):
    """What was granted could not be applied, for that reason: nothing changed, or a new address was taken back.

    Recorded with the decision where no space, or no known member of it, could be changed; otherwise heard from accounts, as above.
    """

    reason: str  # at the decision "no_space", "member_not_in_space"; from accounts "member_removed", "link_expired", "replaced", "undone"
    imported: bool = False
