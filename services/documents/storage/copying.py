"""Copies of files from one owner to another: each holds the same bytes by itself, under its own key for names."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.chassis.event_store.store import Transaction
from services.documents.files import rows
from services.documents.schemas.owner import Owner
from services.documents.schemas.refusals import UnknownFile

STEP = timedelta(microseconds=1)
"""Between the files of one copy: lists are in the order in which files came."""


def copy_files(
    tx: Transaction, copies: Sequence[tuple[rows.File, UUID]], owner: Owner, *, frozen: bool = False
) -> None:
    """Adds a copy of each ready file to the document of `owner` beside it; the bytes are counted once more, not written again.

    All copies of a transaction are made in one call: bytes are locked in ascending key. Who drops the last other file of
    these bytes meanwhile waits for us, or has been before us: then raises UnknownFile. They keep the order of `copies`.
    """
    keys = {file.object_key for file, _ in copies}
    held = {row["object_key"] for row in tx.conn.execute(rows.HELD, (list(keys),)).fetchall()}
    if keys - held:
        raise UnknownFile
    for place, (file, document_id) in enumerate(copies):
        name = tx.open_text(file.owner.key, file.name)
        if name is None:
            raise UnknownFile
        copied = {
            "id": tx.new_id(),
            "document_id": document_id,
            "name": tx.seal(owner.key, name),
            "source": file.id,
            "now": tx.now + place * STEP,
            "frozen": frozen,
        }
        if tx.conn.execute(rows.COPY_FILE, copied).fetchone() is None:
            raise UnknownFile
