"""The calls about the pieces of a request, for who holds a grant on it."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.contracts import Command, Done, Query, text
from services.townhall.pieces import LONGEST_LABEL

LONGEST_GRANT = 4096


@dataclass(frozen=True, kw_only=True)
class PieceLabel:
    """How a free piece was called when that event happened to it, and before it where the event renamed it."""

    event_id: UUID
    label: str
    before: str | None = None


@dataclass(frozen=True, kw_only=True)
class PieceLabels:
    labels: tuple[PieceLabel, ...]


@dataclass(frozen=True, kw_only=True)
class ReadPieceLabels(Query[PieceLabels]):
    """The labels that persons gave to free pieces, by event of the request: no event message carries them."""

    grant: str = text(LONGEST_GRANT, required=True)


@dataclass(frozen=True, kw_only=True)
class RelabelDocument(Command[Done]):
    """Gives a free piece of the grant's request or draft another name; only the side that handed it in may."""

    grant: str = text(LONGEST_GRANT, required=True)
    document_id: UUID
    label: str = text(LONGEST_LABEL)


@dataclass(frozen=True, kw_only=True)
class RemoveDocument(Command[Done]):
    """Takes a piece out of the grant's request or draft with its files; one that is gone already is no error."""

    grant: str = text(LONGEST_GRANT, required=True)
    document_id: UUID
