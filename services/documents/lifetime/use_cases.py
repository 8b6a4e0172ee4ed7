"""What happens to documents without a call: submission, decision, the end of a draft, an import. One transaction each."""

from datetime import datetime
from itertools import groupby
from uuid import UUID

from services.chassis.event_store.store import Transaction
from services.documents.archives import use_cases as archives
from services.documents.files import definitions, rows
from services.documents.files.events import DocumentAdded, DocumentRemoved, FileRejected, StoredFileRejected
from services.documents.files.rules import DefinitionNotKnownYet, asked_pieces
from services.documents.files.steps import DOOMED, delete, label_of, limits, say_change
from services.documents.schemas import owner as owners
from services.documents.schemas.owner import SPACE, Owner
from services.townhall.pieces import FOR_THE_DECISION


def bind(tx: Transaction, request_id: UUID, at: datetime) -> None:
    """The request was submitted at that instant: frozen files become its documents, each announced once; the rest of the draft goes.

    What was laid under the request itself before its submission came here is frozen from the start: it stays, on its way or ready.

    Raises DefinitionNotKnownYet when there are some and its procedure is not known.

    What the procedure says of each piece is written down here: a draft's files may come before its procedure is known.
    They came with the request, so they are dated as it is, however late this comes.
    """
    key = str(request_id)
    tx.lock(f"request-{key}")
    files = rows.files_of(tx.conn, owners.request(request_id))
    if not files:
        return
    definition = definitions.of_request(tx.conn, request_id)
    if definition is None:
        raise DefinitionNotKnownYet
    delete(tx, [file for file in files if not file.frozen and file.announced_at is None])
    pieces = {one.slug: one for one in asked_pieces(definition, limits(tx))}
    ready = [file for file in files if file.frozen and file.ready and file.announced_at is None and not file.waits]
    for document_id, group in groupby(ready, key=lambda file: file.document_id):
        handed_in = list(group)
        names = [tx.open_text(key, file.name) or "" for file in handed_in]
        tx.conn.execute(rows.ANNOUNCED, {"id": document_id, "now": at})
        label = label_of(tx, handed_in[0])
        if asked := pieces.get(handed_in[0].piece):
            label = asked.label
            described = {"label": tx.seal(key, asked.label), "sensitive": asked.sensitive, "after": asked.delete_after}
            tx.conn.execute(rows.DESCRIBE, {"id": document_id, **described})
        added = DocumentAdded(
            document_id=str(document_id),
            piece=handed_in[0].piece,
            files=len(handed_in),
            by=handed_in[0].side.value,
            occurred_at=at,
            names=names,
            label=label,
        )
        tx.append(f"request-{key}", [added], key=key)


def erase_after_decision(tx: Transaction, request_id: UUID) -> None:
    """The request is closed: pieces that were asked for the decision only are erased, and said to be.

    What a space holds of the same bytes stays: only the request's files go, and the archive of the request, which has them too.
    Nothing is said of what can no longer be read.
    """
    tx.lock(f"request-{request_id}")
    tx.conn.execute(rows.CLOSE_REQUEST, (request_id,))
    passing = [
        file for file in rows.files_of(tx.conn, owners.request(request_id)) if file.delete_after == FOR_THE_DECISION
    ]
    delete(tx, passing)
    if passing:
        archives.drop(tx, owners.request(request_id))
    for document_id, group in groupby(passing, key=lambda file: file.document_id):
        first = next(group)
        label = label_of(tx, first)
        if first.announced_at and label is not None:
            removed = DocumentRemoved(
                document_id=str(document_id), piece=first.piece, by="system", reason="decision", label=label
            )
            tx.append(f"request-{request_id}", [removed], key=str(request_id))


def announce_enclosed(tx: Transaction, request_id: UUID, status: str, *, closed: bool) -> None:
    """The documents that the town handed in for a decision to this status are announced, each once; those for another one
    go where the request is closed by this one."""
    tx.lock(f"request-{request_id}")
    waiting = [file for file in rows.files_of(tx.conn, owners.request(request_id)) if file.waits]
    for document_id, group in groupby(
        (one for one in waiting if one.enclosed_for == status), key=lambda file: file.document_id
    ):
        first = next((one for one in group if one.ready), None)
        if first is not None:
            say_change(tx, first)
        else:  # still examined: announced as any other when it is kept
            tx.conn.execute(rows.WAITS_NO_MORE, (document_id,))
    if closed:
        delete(tx, [one for one in waiting if one.enclosed_for != status])


def drop_enclosed(tx: Transaction, request_id: UUID) -> None:
    """The request was withdrawn: what waited for a decision goes, unannounced."""
    tx.lock(f"request-{request_id}")
    delete(tx, [file for file in rows.files_of(tx.conn, owners.request(request_id)) if file.waits])


def erase_request(tx: Transaction, request_id: UUID) -> int:
    """The request has reached its end: its documents and files go, and what is left of their names is unreadable.

    Which agent looked at which file stays on record: it says nothing of the person, and has a term of its own (D8).
    """
    tx.lock(f"request-{request_id}")
    tx.conn.execute(rows.CLOSE_REQUEST, (request_id,))
    return _erase(tx, owners.request(request_id))


def end_space(tx: Transaction, account_id: UUID) -> int:
    """The account has ended: its space drops what it holds, its archive too, and nothing more is laid in it. Copies on requests stay."""
    owner = owners.space(account_id)
    tx.lock(owner.stream)
    tx.conn.execute(rows.FORGET_SPACE, (owner.id,))
    return _erase(tx, owner)


def end_draft(tx: Transaction, request_id: UUID, at: datetime) -> int:
    """Deletes all files of a draft that was given up or has expired; none when it had become a request before."""
    tx.lock(f"request-{request_id}")
    if rows.submitted(tx.conn, request_id):
        return 0
    note_the_end(tx, request_id, at)
    return _erase(tx, owners.request(request_id))


def _erase(tx: Transaction, owner: Owner) -> int:
    """Key, files, documents and archive of an owner whose stream is locked; how many files there were."""
    tx.destroy_key(owner.key)
    files = rows.files_of(tx.conn, owner)
    delete(tx, files)
    tx.conn.execute(rows.DELETE_DOCUMENTS[owner.kind], (owner.id,))
    archives.drop(tx, owner)
    return len(files)


def note_the_end(tx: Transaction, draft_id: UUID, at: datetime) -> None:
    """Nothing more is laid under it; a draft that became a request before has not ended."""
    if not rows.submitted(tx.conn, draft_id):
        tx.conn.execute(rows.END_DRAFT, {"id": draft_id, "at": at})


def reject(tx: Transaction, file_id: UUID, reason: str) -> bool:
    """A scan has found something in a file that was kept: its bytes go. False when it is gone or refused already.

    Of a request, its history says so and the person is written to; of a draft, its page says so; of a space, both its page
    and a mail.
    """
    known = rows.file(tx.conn, file_id)
    if known is None:
        return False
    tx.lock(known.owner.stream)
    file = rows.file(tx.conn, file_id, to_change=True)
    if file is None or not file.ready:
        return False
    archives.drop(tx, file.owner)  # it has the file too
    stored = file.owner.kind == SPACE
    if not stored and file.announced_at is None:
        tx.conn.execute(rows.REJECTED, {"id": file_id, "reason": reason})
        tx.wake(DOOMED)
        return True
    delete(tx, [file])
    label = label_of(tx, file)
    if label is not None:
        rejected = (
            StoredFileRejected(reason=reason, label=label, name=tx.open_text(file.owner.key, file.name))
            if stored
            else FileRejected(document_id=str(file.document_id), piece=file.piece, reason=reason, label=label)
        )
        tx.append(file.owner.stream, [rejected], key=file.owner.key)
    return True


def drop_stale(tx: Transaction, before: datetime) -> int:
    """Deletes files that are not ready and began before that instant."""
    files = rows.files(tx.conn, rows.STALE_FILES, {"before": before})
    delete(tx, files)
    return len(files)


def drop_unreadable(tx: Transaction, after: UUID, at_most: int) -> tuple[int, UUID | None]:
    """Deletes files whose key was destroyed here in any other way: bytes that no name leads to are not kept.

    Of so many documents that come after that one; gives the number of files, and the last document, None when there were fewer.
    """
    found, last = rows.unreadable(tx.conn, after, at_most)
    delete(tx, [file for id in found if (file := rows.file(tx.conn, id, to_change=True))])
    return len(found), last
