"""What a side does with a piece that it hands in with a request or a draft: one function and one transaction each."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from services.chassis.calls import Call
from services.chassis.event_store.store import Store, Transaction
from services.chassis.settings import Settings
from services.documents.files import definitions, rows, rules
from services.documents.files.events import DocumentRelabelled, DocumentRemoved
from services.documents.files.grants import Grant
from services.documents.files.steps import LIVE_STATES, AwaitedFile, await_file, delete, label_of, limits, say_change
from services.documents.files.views import signed_manifest
from services.documents.inspection import formats
from services.documents.schemas.pieces import BeginUpload, Freeze, Manifest, RelabelDocument, RemoveDocument, RemoveFile
from services.documents.schemas.refusals import UnknownFile
from services.procedures.schemas.definitions.procedures import Procedure
from services.townhall.grants import Side
from services.townhall.pieces import FREE


def begin(tx: Transaction, _: Settings, new: BeginUpload, grant: Grant) -> AwaitedFile:
    """Makes room for one file, which the next 15 minutes may bring; refuses what its name and size already rule out.

    Raises NotEnclosed for a document that is to wait for a decision and is not the town's.
    """
    key, town = grant.owner.key, limits(tx)
    open_to_change(tx, grant)
    if new.enclosed_for and (grant.side is not Side.TOWN or new.piece != FREE):
        raise rules.NotEnclosed
    live = [file for file in rows.files_of(tx.conn, grant.owner) if file.state in LIVE_STATES]
    joined = None if new.document_id is None else own_document(live, grant, new.document_id)
    slug, label = (joined[0].piece, label_of(tx, joined[0])) if joined else (new.piece, new.label)
    asked = rules.piece(slug, label, definition(tx, grant), town)
    name = formats.safe_name(new.filename)
    known = formats.announced(name, asked.formats, new.size, town.max_bytes)
    tx.key(key)
    same = joined or of_piece(tx, live, grant, asked, enclosed_for=new.enclosed_for)
    rules.check_room(asked, len(same), len(live))
    document_id = same[0].document_id if same else tx.new_id()
    if not same:
        add_document(tx, grant, document_id, asked, enclosed_for=new.enclosed_for)
    # a file for a request that was filed stays, also when the submission is received only now
    return await_file(tx, grant.owner, document_id, name, known, new.size, frozen=not grant.for_draft)


def open_to_change(tx: Transaction, grant: Grant) -> None:
    """Locks the request or draft; refuses where the grant, or what became of the draft, lets nothing be added any more."""
    grant.require_change()
    tx.lock(grant.owner.stream)
    if grant.for_draft and rows.submitted(tx.conn, grant.request_id):
        raise rules.AlreadySubmitted
    if grant.for_draft and rows.ended(tx.conn, grant.request_id):
        raise rules.DraftEnded


def of_piece(
    tx: Transaction, live: Iterable[rows.File], grant: Grant, asked: rules.Piece, *, enclosed_for: str | None = None
) -> list[rows.File]:
    """Those of the piece, added by the same side and under the same name; of what waits for a decision, for the same one."""
    of_side = [file for file in live if (file.piece, file.side) == (asked.slug, grant.side)]
    same = [file for file in of_side if (file.enclosed_for if file.waits else None) == enclosed_for]
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
    tx: Transaction,
    grant: Grant,
    document_id: UUID,
    asked: rules.Piece,
    *,
    after: timedelta = timedelta(0),
    enclosed_for: str | None = None,
) -> None:
    """A document of the request or draft, still without files; `after`: others that came in the same instant."""
    key = grant.owner.key
    rows.add_document(
        tx.conn,
        grant.owner,
        document_id,
        tx.now + after,
        piece=asked.slug,
        side=grant.side.value,
        label=tx.seal(key, asked.label),
        author=tx.seal(key, grant.name) if grant.side == Side.TOWN and grant.name else None,
        sensitive=asked.sensitive,
        delete_after=asked.delete_after,
        enclosed_for=enclosed_for,
    )


def definition(tx: Transaction, grant: Grant) -> Procedure | None:
    found = definitions.of_request(tx.conn, grant.request_id)
    if found is None and grant.procedure and grant.version:
        found = definitions.procedure(tx.conn, grant.procedure, grant.version)
        if found is None:
            raise rules.DefinitionNotKnownYet
    return found


def remove_file(tx: Transaction, _: Settings, asked: RemoveFile, grant: Grant) -> None:
    """Takes a file back; one that is gone already is no error."""
    grant.require_change()
    tx.lock(grant.owner.stream)
    file = rows.file(tx.conn, UUID(asked.file_id), to_change=True)
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


def relabel(tx: Transaction, _: Settings, asked: RelabelDocument, grant: Grant) -> None:
    """Gives a free piece another name; the one that it has already changes nothing.

    Raises LabelMissing, LabelTaken, LabelIsTheProcedures for a piece that the procedure asks for, UnknownDocument, NotYours,
    and what `open_to_change` refuses.
    """
    open_to_change(tx, grant)
    files = rows.files_of(tx.conn, grant.owner)
    first = own_document(files, grant, asked.document_id)[0]
    document_id, label = asked.document_id, rules.typed_label(asked.label)
    if label_of(tx, first) == label:
        return
    if first.piece != FREE:
        raise rules.LabelIsTheProcedures
    others = {file.document_id: file for file in files if file.piece == FREE and file.side == grant.side}
    if any(label_of(tx, other) == label for id, other in others.items() if id != document_id):
        raise rules.LabelTaken
    tx.conn.execute(rows.RELABEL, {"id": document_id, "label": tx.seal(grant.owner.key, label)})
    if first.announced_at:
        renamed = DocumentRelabelled(document_id=str(document_id), piece=first.piece, by=first.side.value, label=label)
        tx.append(grant.owner.stream, [renamed], key=grant.owner.key)


def remove_document(tx: Transaction, _: Settings, asked: RemoveDocument, grant: Grant) -> None:
    """Takes a piece out with its files, those on their way as well; one that is gone already is no error.

    Raises UnknownDocument for another request's, NotYours, and what `open_to_change` refuses.
    """
    open_to_change(tx, grant)
    if rows.owner_of(tx.conn, asked.document_id) is None:
        return
    files = own_document(rows.files_of(tx.conn, grant.owner), grant, asked.document_id)
    first, label = files[0], label_of(tx, files[0])
    delete(tx, files)
    if first.announced_at:
        removed = DocumentRemoved(
            document_id=str(asked.document_id), piece=first.piece, by=first.side.value, reason="wish", label=label
        )
        tx.append(grant.owner.stream, [removed], key=grant.owner.key)


def freeze(store: Store, call: Call, asked: Freeze, grant: Grant) -> Manifest:
    """The signed manifest of what is ready; from now on this is what a submission hands in."""
    store.run(call, lambda tx: freeze_ready(tx, grant, asked.pieces))
    with store.viewing(call.actor) as tx:
        return signed_manifest(tx, store.settings, grant)


def freeze_ready(tx: Transaction, grant: Grant, pieces: Collection[str] | None) -> dict[str, str]:
    """What is ready now is what will be handed in; given `pieces`, only theirs."""
    if not grant.for_draft:
        raise rules.AlreadySubmitted
    tx.lock(grant.owner.stream)
    if not rows.submitted(tx.conn, grant.request_id):
        tx.conn.execute(
            rows.FREEZE, {"request_id": grant.request_id, "pieces": None if pieces is None else list(pieces)}
        )
    return {}
