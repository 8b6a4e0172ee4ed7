"""What a line of the Historique tab is made of. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

Json = dict[str, Any]


class PastEvent(Protocol):
    """What a line needs of a recorded event."""

    @property
    def event(self) -> Any: ...
    @property
    def event_id(self) -> UUID: ...
    @property
    def time(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class Line:
    at: datetime
    kind: str  # "operation", "document", "exchange" or "appointment"
    title: str
    detail: str
    who: str
    exchange: str | None = None  # the message that the line is about
    document: str | None = None  # the piece that it is about
    piece: str | None = None  # its slug in the procedure; "autre": its sender named it, and documents knows the label
    event: str | None = None  # of a piece: the last event that the line is about
    internal: bool = False  # never the citizen's to read
    adds: bool = False  # of a piece: files that were added to the piece

    def as_json(self) -> Json:
        return {
            "at": self.at.isoformat(),
            "kind": self.kind,
            "title": self.title,
            "detail": self.detail,
            "who": self.who,
            "exchange": self.exchange,
            "document": self.document,
            "piece": self.piece,
            "event": self.event,
            "internal": self.internal,
        }


@dataclass(frozen=True, kw_only=True)
class Sentence:
    title: str
    by: str  # "citizen", "agent" or "system"
    kind: str = "operation"
    detail: str = ""
    town_only: bool = False
