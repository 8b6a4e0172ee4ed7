"""What a side does with a piece that it hands in with a request or a draft: one function and one transaction each."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from services.chassis.event_store.store import Transaction
from services.documents.files import definitions, rows, rules
from services.documents.files.grants import Grant
from services.documents.files.steps import LIVE_STATES, NewIds, await_file, delete, label_of, limits, say_change
from services.documents.inspection import formats
from services.documents.schemas.pieces import BeginUpload
from services.documents.schemas.refusals import UnknownFile
from services.procedures.schemas.definitions.procedures import Procedure


def begin(tx: Transaction, grant: Grant, new: BeginUpload, ids: NewIds) -> dict[str, str]:
    """Makes room for one file, which the next 15 minutes may bring; refuses what its name and size already rule out."""
    key, town = grant.owner.key, limits(tx)
    open_to_change(tx, grant)
    live = [file for file in rows.files_of(tx.conn, grant.owner) if file.state in LIVE_STATES]
    joined = None if new.document_id is None else own_document(live, grant, new.document_id)
    slug, label = (joined[0].piece, label_of(tx, joined[0])) if joined else (new.piece, new.label)
    asked = rules.piece(slug, label, definition(tx, grant), town)
    name = formats.safe_name(new.filename)
    known = formats.announced(name, asked.formats, new.size, town.max_bytes)
    tx.key(key)
    same = joined or of_piece(tx, live, grant, asked)
    rules.check_room(asked, len(same), len(live))
    document_id = same[0].document_id if same else ids.document
    if not same:
        add_document(tx, grant, document_id, asked)
    # a file for a request that was filed stays, also when the submission is received only now
    await_file(tx, grant.owner, document_id, ids, name, known, new.size, frozen=not grant.for_draft)
    return {"file_id": str(ids.file)}


def open_to_change(tx: Transaction, grant: Grant) -> None:
    """Locks the request or draft; refuses where the grant, or what became of the draft, lets nothing be added any more."""
    grant.require_change()
    tx.lock(grant.owner.stream)
    if grant.for_draft and rows.submitted(tx.conn, grant.request_id):
        raise rules.AlreadySubmitted
    if grant.for_draft and rows.ended(tx.conn, grant.request_id):
        raise rules.DraftEnded


def of_piece(tx: Transaction, live: Iterable[rows.File], grant: Grant, asked: rules.Piece) -> list[rows.File]:
    """Those of the piece, added by the same side and under the same name."""
    same = [file for file in live if (file.piece, file.side) == (asked.slug, grant.side)]
    return [file for file in same if label_of(tx, file) == asked.label]


def own_document(files: Iterable[rows.File], grant: Grant, document_id: UUID) -> list[rows.File]:
    """The document's files, when its side is the grant's; raises UnknownDocument, NotYours."""
    found = [file for file in files if file.document_id == document_id]
    if not found:
        raise rules.UnknownDocument
    if found[0].side != grant.side:
        raise rules.NotYours
    return found


def add_document(
    tx: Transaction, grant: Grant, document_id: UUID, asked: rules.Piece, *, after: timedelta = timedelta(0)
) -> None:
    """A document of the request or draft, still without files; `after`: others that came in the same instant."""
    key = grant.owner.key
    rows.add_document(
        tx.conn,
        grant.owner,
        document_id,
        tx.now + after,
        piece=asked.slug,
        side=grant.side,
        label=tx.seal(key, asked.label),
        author=tx.seal(key, grant.name) if grant.side == rules.TOWN and grant.name else None,
        sensitive=asked.sensitive,
        delete_after=asked.delete_after,
    )


def definition(tx: Transaction, grant: Grant) -> Procedure | None:
    found = definitions.of_request(tx.conn, grant.request_id)
    if found is None and grant.procedure:
        found = definitions.definition(tx.conn, *grant.procedure)
        if found is None:
            raise rules.DefinitionNotKnownYet
    return found


def remove(tx: Transaction, grant: Grant, file_id: UUID) -> None:
    """Takes a file back; one that is gone already is no error."""
    grant.require_change()
    tx.lock(grant.owner.stream)
    file = rows.file(tx.conn, file_id, to_change=True)
    if file is None:
        return
    if file.owner != grant.owner:
        raise UnknownFile
    submitted = rows.submitted(tx.conn, grant.request_id)
    if grant.for_draft and submitted:
        raise rules.AlreadySubmitted
    if file.side != grant.side:
        raise rules.NotYours
    delete(tx, [file])
    if submitted and file.announced_at:
        say_change(tx, file)


def freeze(tx: Transaction, grant: Grant, pieces: Collection[str] | None) -> dict[str, str]:
    """What is ready now is what will be handed in; given `pieces`, only theirs."""
    if not grant.for_draft:
        raise rules.AlreadySubmitted
    tx.lock(grant.owner.stream)
    if not rows.submitted(tx.conn, grant.request_id):
        tx.conn.execute(
            rows.FREEZE, {"request_id": grant.request_id, "pieces": None if pieces is None else list(pieces)}
        )
    return {}
