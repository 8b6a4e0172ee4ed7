"""What happens to the pieces of a request, heard from documents and kept under its event ids: ids and counts only."""

from datetime import datetime
from typing import Annotated

from services.chassis.bus.field_docs import Told
from services.chassis.event_store.events import Event

Id = Annotated[str, Told("0199f3a2-8e10-7b7d-8f0a-3d5c6b7a8e91", form="uuid")]
Piece = Annotated[str, Told("assurance-rc")]
By = Annotated[str, Told(values=("agent", "citizen", "system"))]
RemovalReason = Annotated[str, Told("wish", values=("", "wish", "decision"))]
RejectionReason = Annotated[str, Told("infected", known=("infected",))]


class DocumentAdded(Event, public=True):
    """A piece was handed in. Heard from documents, kept under its event id."""

    document_id: Id
    piece: Piece
    files: int
    by: By = "citizen"
    imported: bool = False
    occurred_at: datetime | None = None


class DocumentReplaced(Event, public=True):
    """Other files took the place of those of a piece. Heard from documents, kept under its event id."""

    document_id: Id
    piece: Piece
    files: int
    by: By = "citizen"
    imported: bool = False
    occurred_at: datetime | None = None


class DocumentRelabelled(Event, public=True):
    """A piece that its sender named bears another name. Heard from documents, kept under its event id."""

    document_id: Id
    piece: Piece
    by: By = "citizen"
    imported: bool = False
    occurred_at: datetime | None = None


class DocumentRemoved(Event, public=True):
    """A piece was taken away. Heard from documents, kept under its event id."""

    document_id: Id
    piece: Piece
    by: By = "citizen"
    reason: RemovalReason = ""  # decision: erased by the rule of the procedure once the request was decided
    imported: bool = False
    occurred_at: datetime | None = None


class FileRejected(Event, public=True):
    """A later scan refused a file of a piece. Heard from documents, kept under its event id."""

    document_id: Id
    piece: Piece
    reason: RejectionReason = ""
    imported: bool = False
    occurred_at: datetime | None = None
