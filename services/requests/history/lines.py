"""What a line of the Historique tab is made of. Pure."""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.chassis.structs import Struct


class PastEvent(Protocol):
    """What a line needs of a recorded event."""

    @property
    def event(self) -> Any: ...
    @property
    def event_id(self) -> UUID: ...
    @property
    def time(self) -> datetime: ...


class Sentence(Struct):
    title: str
    by: str  # "citizen", "agent" or "system"
    kind: str = "operation"
    detail: str = ""
    town_only: bool = False
