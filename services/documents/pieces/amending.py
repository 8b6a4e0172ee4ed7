"""What a side does with a piece that it handed in, as a piece: another name, or out of the request. One transaction each."""

from uuid import UUID

from services.chassis.event_store.store import Transaction
from services.documents.files import rows
from services.documents.files.events import DocumentRelabelled, DocumentRemoved
from services.documents.files.grants import Grant
from services.documents.files.rules import LabelIsTheProcedures, LabelTaken, typed_label
from services.documents.files.steps import delete, label_of
from services.documents.pieces.use_cases import open_to_change, own_document
from services.townhall.pieces import FREE


def relabel(tx: Transaction, grant: Grant, document_id: UUID, typed: str) -> None:
    """Gives a free piece another name; the one that it has already changes nothing.

    Raises LabelMissing, LabelTaken, LabelIsTheProcedures for a piece that the procedure asks for, UnknownDocument, NotYours,
    and what `open_to_change` refuses.
    """
    open_to_change(tx, grant)
    files = rows.files_of(tx.conn, grant.owner)
    first = own_document(files, grant, document_id)[0]
    label = typed_label(typed)
    if label_of(tx, first) == label:
        return
    if first.piece != FREE:
        raise LabelIsTheProcedures
    others = {file.document_id: file for file in files if file.piece == FREE and file.side == grant.side}
    if any(label_of(tx, other) == label for id, other in others.items() if id != document_id):
        raise LabelTaken
    tx.conn.execute(rows.RELABEL, {"id": document_id, "label": tx.seal(grant.owner.key, label)})
    if first.announced_at:
        renamed = DocumentRelabelled(document_id=str(document_id), piece=first.piece, by=first.side, label=label)
        tx.append(grant.owner.stream, [renamed], key=grant.owner.key)


def remove(tx: Transaction, grant: Grant, document_id: UUID) -> None:
    """Takes a piece out with its files, those on their way as well; one that is gone already is no error.

    Raises UnknownDocument for another request's, NotYours, and what `open_to_change` refuses.
    """
    open_to_change(tx, grant)
    if rows.owner_of(tx.conn, document_id) is None:
        return
    files = own_document(rows.files_of(tx.conn, grant.owner), grant, document_id)
    first, label = files[0], label_of(tx, files[0])
    delete(tx, files)
    if first.announced_at:
        removed = DocumentRemoved(
            document_id=str(document_id), piece=first.piece, by=first.side, reason="wish", label=label
        )
        tx.append(grant.owner.stream, [removed], key=grant.owner.key)
