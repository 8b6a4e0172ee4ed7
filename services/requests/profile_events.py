"""Facts of a request about the profile that it changes. Names and fields are the storage format, as in `events.py`."""

from dataclasses import dataclass
from datetime import date

from services.chassis.events import event


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class ProfileUpdateDecided:
    """The request was granted: from that day it changes what its account says of the holder, a member or the household.

    The values stay in the request; accounts asks for them when the day has come.
    """

    account_id: str
    target: str  # "holder", "member" or "household"
    member_id: str | None
    names: list[str]  # of the profile: "address", "mobile_phone" …
    effective_on: date


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class ProfileUpdated:
    """The profile says what the request asked for. Heard from accounts, kept under its event id."""

    imported: bool = False
