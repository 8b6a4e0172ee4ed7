"""The facts of messaging that other services or partners receive: the public part of its events, as stored and sent."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from services.chassis.bus.field_docs import FieldDoc, Id
from services.chassis.event_store.events import Event
from services.townhall.grants import Side


class Direction(StrEnum):
    TO_TOWN = "to_town"
    TO_CITIZEN = "to_citizen"

    @classmethod
    def read_by(cls, side: Side) -> "Direction":
        return cls.TO_TOWN if side == Side.TOWN else cls.TO_CITIZEN

    @classmethod
    def written_by(cls, side: Side) -> "Direction":
        return cls.TO_TOWN if side == Side.CITIZEN else cls.TO_CITIZEN


StoredDirection = Annotated[str, FieldDoc(values=tuple(Direction))]


class ExchangeAdded(Event):
    """One side wrote to the other about a request; an agent's reply that goes with a change of status is one too."""

    exchange_id: Id
    direction: StoredDirection
    imported: bool = False
    occurred_at: datetime | None = None


class ExchangeRead(Event):
    """The other side has opened an exchange, or answered with it before its eyes."""

    exchange_id: Id
    direction: StoredDirection
    imported: bool = False
    occurred_at: datetime | None = None


class DraftLinkMailSettled(Event):
    """The mail with that link has left, or will not be tried again: its address is of no more use."""

    link_id: str
