"""How free pieces were called at each event of their request: the label is sealed in the event, and read here for a grant."""

from services.chassis.event_store.events import Event, Recorded
from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.documents.files import events, rows
from services.documents.files.grants import Grant
from services.documents.files.steps import label_of
from services.documents.schemas.pieces import PieceLabel, PieceLabels, ReadPieceLabels
from services.townhall.pieces import FREE

OF_A_PIECE = (
    events.DocumentAdded,
    events.DocumentReplaced,
    events.DocumentRemoved,
    events.DocumentRelabelled,
    events.FileRejected,
)
"""The events of a request that name a piece; its stream holds others too."""


def labels_of_events(tx: Transaction, _: Settings, __: ReadPieceLabels, grant: Grant) -> PieceLabels:
    """A label an event, those of before labels were kept in events with the present one of their document.

    An event whose label is unknown, or unreadable since the end of the request, is left out.
    """
    grant.require_read()
    past: list[Recorded[Event]] = tx.history(grant.owner.stream)
    of_pieces = [
        (one.event_id, event) for one in past if isinstance(event := one.event, OF_A_PIECE) and event.piece == FREE
    ]
    present = {str(file.document_id): label_of(tx, file) for file in rows.files_of(tx.conn, grant.owner)}
    labels: list[PieceLabel] = []
    last: dict[str, str] = {}
    for event_id, event in of_pieces:
        document_id = event.document_id
        label = event.label or last.get(document_id) or present.get(document_id)
        if label is None:
            continue
        before = last.get(document_id)
        labels.append(
            PieceLabel(event_id=event_id, label=label, before=before if before not in (None, label) else None)
        )
        last[document_id] = label
    return PieceLabels(labels=tuple(labels))
