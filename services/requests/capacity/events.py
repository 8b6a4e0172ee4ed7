"""Places and slots: taken, held, given back."""

from dataclasses import field
from datetime import datetime

from services.chassis.event_store.events import Event


class PlaceTaken(Event):
    """A request that was filed holds one of the period's places."""

    request_id: str
    holders: list[str]  # keyed hashes of mailbox, of browser or account, of network address: never in clear


class PlaceReleased(Event):
    """The request was withdrawn or cancelled: the place that it held is free again."""

    request_id: str


class SlotHeld(Event):
    """A slot is reserved for a draft until that instant."""

    request_id: str
    start: datetime
    until: datetime
    holders: list[str] = field(default_factory=list)  # as of a place, but for the mailbox: it is not known yet


class SlotTaken(Event):
    """A slot is booked: with a request as it is filed, or afterwards, or in place of another one."""

    request_id: str
    appointment_id: str
    start: datetime
    # As of a place; none where it was added to a filed request or moved.
    holders: list[str] = field(default_factory=list)


class SlotReleased(Event):
    """A slot that was held or booked is free again: it was given up, or another one took its place."""

    request_id: str
    start: datetime
