"""What the archive of one's data holds of each service that keeps personal data.

`tests/structure/test_own_data.py` compares its parts with the services that there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.accounts.schemas.own_data import OwnSpace
from services.chassis.event_store.store import Reading, Store
from services.chassis.structs import Struct
from services.content.schemas.own_data import OpenedNews
from services.documents.files import rows
from services.documents.schemas import owner as owners
from services.messaging.schemas.own_data import OwnMails
from services.requests.schemas.own_data import OwnDraft


class ArchivedFile(Struct):
    """`path`: where it is in the archive, "" where there was no room."""

    name: str
    size: int
    type: str | None
    path: str


class Piece(Struct):
    label: str
    from_town: bool
    added_at: str
    files: tuple[ArchivedFile, ...]


DraftWithPieces = tuple[OwnDraft, tuple[Piece, ...]]


class PersonParts(Struct):
    """What is kept on the holder of a space besides the requests: each field is named after the service that keeps it."""

    accounts: OwnSpace
    requests: tuple[DraftWithPieces, ...]
    messaging: OwnMails
    content: OpenedNews
    documents: tuple[Piece, ...]


WITHOUT: Mapping[str, str] = {
    "procedures": "holds what the town publishes",
}
"""Services that have no part, each with the reason."""


class OpenedFile(Struct):
    """A file and the label of its document, no longer sealed."""

    row: rows.File
    name: str
    label: str


def stored_files(store: Store, account_id: UUID) -> list[OpenedFile]:
    """Those of the storage space, documents in the order in which they came."""
    with store.viewing(None) as tx:
        return _opened(tx, [one for one in rows.files_of(tx.conn, owners.space(account_id)) if one.ready])


def files_of_requests(store: Store, request_ids: Sequence[UUID]) -> dict[UUID, list[OpenedFile]]:
    """By id of the request or draft, documents in the order in which they came."""
    found: dict[UUID, list[OpenedFile]] = {}
    with store.viewing(None) as tx:
        for file in _opened(tx, [one for one in rows.ready_of_requests(tx.conn, request_ids) if not one.waits]):
            found.setdefault(file.row.owner_id, []).append(file)
    return found


def _opened(tx: Reading, files: Iterable[rows.File]) -> list[OpenedFile]:
    """Without those that a destroyed key sealed."""
    return [
        OpenedFile(row=file, name=name, label=tx.open_text(file.owner.key, file.label) or "")
        for file in files
        if (name := tx.open_text(file.owner.key, file.name)) is not None
    ]
