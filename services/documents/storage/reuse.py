"""A piece of a space used in a request, and a piece of a request kept in a space: always a copy, all that is asked or nothing.

The space is locked before the request (`files/rules.py` has the order), so that neither side changes meanwhile.
"""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.documents.files import rows
from services.documents.files.grants import Grant
from services.documents.files.rules import StillExamined, check_room, piece, typed_label
from services.documents.files.steps import LIVE_STATES, limits, say_change
from services.documents.inspection import formats
from services.documents.inspection.formats import ForbiddenFormat
from services.documents.pieces.use_cases import add_document, definition, of_piece, open_to_change
from services.documents.schemas.file_states import FileState
from services.documents.schemas.owner import Owner
from services.documents.schemas.refusals import UnknownFile, UnknownStored
from services.documents.schemas.storage import Copied, StoreCopies, UseStored
from services.documents.storage import rules as space
from services.documents.storage.copying import STEP, copy_files
from services.documents.storage.use_cases import add_document as add_stored
from services.townhall import file_formats


def in_request(tx: Transaction, _: Settings, asked: UseStored, grant: Grant, holder: Grant) -> Copied:
    """Copies pieces of the space into the request or draft, each as the piece of the procedure that is named beside it.

    A file that the piece has already is not copied a second time. Raises UnknownStored, StillExamined, and what an upload of
    such files would be refused.
    """
    tx.lock(holder.owner.stream)
    open_to_change(tx, grant)
    town, asked_by = limits(tx), definition(tx, grant)
    stored = _by_document(tx, holder.owner)
    live = [file for file in rows.files_of(tx.conn, grant.owner) if file.state in LIVE_STATES]
    tx.key(grant.owner.key)
    copies: list[tuple[rows.File, UUID]] = []
    had = 0
    added: dict[tuple[str, str], UUID] = {}
    for one in asked.chosen:
        files = _ready(stored.get(one.document_id, ()))
        if not files:
            raise UnknownStored
        wanted = piece(one.piece, tx.open_text(holder.owner.key, files[0].label), asked_by, town)
        same = of_piece(tx, live, grant, wanted)
        target = same[0].document_id if same else added.get((wanted.slug, wanted.label))
        if target is None:
            target = added[wanted.slug, wanted.label] = tx.new_id()
            add_document(tx, grant, target, wanted, after=len(added) * STEP)
        have = {file.object_key for file in same} | {file.object_key for file, place in copies if place == target}
        for file in files:
            if file.object_key in have:
                continue
            _must_be_accepted(tx.open_text(holder.owner.key, file.name) or "", wanted.formats)
            there = len(same) + sum(place == target for _, place in copies)
            check_room(wanted, there, len(live) + len(copies))
            copies.append((file, target))
        had += all(file.object_key in have for file in files)
    copy_files(tx, copies, grant.owner, frozen=not grant.for_draft)
    if rows.submitted(tx.conn, grant.request_id):
        _say(tx, grant.owner, {target for _, target in copies})
    return Copied(documents=len(asked.chosen) - had, there=had)


def in_space(tx: Transaction, _: Settings, asked: StoreCopies, grant: Grant, holder: Grant) -> Copied:
    """« Dupliquer »: copies pieces of the request or draft into the space, under their names.

    A piece whose files are those of one in the space, whatever its name there, is not copied a second time. Raises
    SpaceFull, PieceFull, StillExamined, and UnknownFile where there is no such piece.
    """
    grant.require_read()
    tx.lock(holder.owner.stream)
    tx.lock(grant.owner.stream)
    tx.key(holder.owner.key)
    town, handed = limits(tx), _by_document(tx, grant.owner)
    handed = {document_id: files for document_id, files in handed.items() if not files[0].waits}
    stored = _by_document(tx, holder.owner)
    filled = {document_id for document_id, files in stored.items() if any(file.state in LIVE_STATES for file in files)}
    known = {_bytes(files) for files in stored.values()} - {frozenset[UUID]()}
    there = [document_id for document_id in asked.documents if _bytes(handed.get(document_id, ())) in known]
    targets = {document_id: tx.new_id() for document_id in asked.documents if document_id not in there}
    space.check_room(filled, targets.values(), town)
    copies: list[tuple[rows.File, UUID]] = []
    for document_id, target in targets.items():
        files = _ready(handed.get(document_id, ()))
        label = tx.open_text(grant.owner.key, files[0].label) if files else None
        if label is None:
            raise UnknownFile
        space.check_files(len(files) - 1, town)
        add_stored(tx, holder.owner, target, typed_label(label), tx.now + len(copies) * STEP)
        copies += [(file, target) for file in files]
    copy_files(tx, copies, holder.owner)
    return Copied(documents=len(targets), there=len(there))


def _by_document(tx: Transaction, owner: Owner) -> dict[UUID, list[rows.File]]:
    files = rows.files_of(tx.conn, owner)
    return {document_id: list(group) for document_id, group in groupby(files, key=lambda file: file.document_id)}


def _bytes(files: Sequence[rows.File]) -> frozenset[UUID]:
    """What a piece holds; nothing while one of its files is examined, for it may become more."""
    if any(file.state is FileState.EXAMINING for file in files):
        return frozenset()
    return frozenset(file.object_key for file in files if file.ready)


def _ready(files: Sequence[rows.File]) -> list[rows.File]:
    """Those to copy; raises StillExamined while one of them may still become ready or be refused."""
    if any(file.state is FileState.EXAMINING for file in files):
        raise StillExamined
    return [file for file in files if file.ready]


def _must_be_accepted(name: str, accepted: tuple[str, ...]) -> None:
    ending = formats.extension(name)
    if ending not in accepted:
        raise ForbiddenFormat(f"« {name} » : {file_formats.not_accepted(accepted, ending)}")


def _say(tx: Transaction, owner: Owner, documents: set[UUID]) -> None:
    for document_id, files in _by_document(tx, owner).items():
        if document_id in documents:
            say_change(tx, files[0])
