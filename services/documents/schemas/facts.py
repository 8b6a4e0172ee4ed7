"""The facts of documents that other services or partners receive: the public part of its events, as stored and sent."""

from datetime import datetime
from typing import Annotated

from services.chassis.bus.field_docs import FieldDoc, Id
from services.chassis.event_store.events import Event

Piece = Annotated[str, FieldDoc("assurance-rc")]
RemovalReason = Annotated[str, FieldDoc("wish", values=("", "wish", "decision"))]
RejectionReason = Annotated[str, FieldDoc("infected", known=("infected",))]


class ArchiveReady(Event):
    """The archive of a space or of a request can be downloaded until then."""

    of: str  # "space": the subject is an account; "request"
    expires_at: datetime


class DocumentAdded(Event):
    """A piece is part of a request now: handed in with it or later, by the citizen or an agent, or imported."""

    document_id: Id
    piece: Piece
    files: int
    by: str
    imported: bool = False
    occurred_at: datetime | None = None


class DocumentReplaced(Event):
    """A file joined or left a document that was already part of the request."""

    document_id: Id
    piece: Piece
    files: int
    by: str


class DocumentRemoved(Event):
    """A piece is no longer part of a request."""

    document_id: Id
    piece: Piece
    by: str
    reason: RemovalReason  # "wish": taken back by who added it; "decision": erased once the request was decided


class FileRejected(Event):
    """A scan made after the file was accepted found it harmful; its bytes are erased."""

    document_id: Id
    piece: Piece
    reason: RejectionReason


class DocumentRelabelled(Event):
    """A piece of the request that its sender named bears another name."""

    document_id: Id
    piece: Piece
    by: str


class StoredFileRejected(Event):
    """A scan made after a file was kept in a storage space found it harmful; its bytes are erased."""

    reason: str
