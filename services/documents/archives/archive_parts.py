"""What each service adds to the archive of one's data: the one place where a service that keeps personal data is named.

`tests/structure/test_own_data.py` compares it with the services that there are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NotRequired, TypedDict
from uuid import UUID

from services.chassis.event_store.store import Store, Transaction
from services.chassis.structs import Struct
from services.documents.files import rows
from services.documents.other_services import Held, OtherServices
from services.documents.schemas import owner as owners


class ArchivedFile(TypedDict):
    """`path` takes the place of `object_key` once the file has its place in the archive."""

    name: str
    size: int
    type: str | None
    object_key: NotRequired[str]
    path: NotRequired[str]


class Piece(TypedDict):
    label: str
    from_town: bool
    added_at: str
    files: list[ArchivedFile]


class Sources(Struct):
    """Where parts are read."""

    store: Store
    services: OtherServices


class Part(Struct):
    """`of_person`: read once an archive of a space. `of_requests`: read once for a page of requests or drafts, what it adds
    to each, by id."""

    service: str
    of_person: Callable[[Sources, UUID], Held] | None = None
    of_requests: Callable[[Sources, Sequence[UUID]], dict[str, Held]] | None = None


def _storage(sources: Sources, account_id: UUID) -> Held:
    with sources.store.viewing(None) as tx:
        files = [one for one in rows.files_of(tx.conn, owners.space(account_id)) if one.state == "ready"]
        return {"storage": _documents(tx, files)}


def _pieces(sources: Sources, request_ids: Sequence[UUID]) -> dict[str, Held]:
    with sources.store.viewing(None) as tx:
        files = sorted(rows.ready_of_requests(tx.conn, request_ids), key=lambda file: str(file.owner_id))
        by_request = groupby(files, key=lambda file: str(file.owner_id))
        return {request_id: {"documents": _documents(tx, group)} for request_id, group in by_request}


def _documents(tx: Transaction, files: Iterable[rows.File]) -> list[Piece]:
    """Pieces with their files, in the order in which they came; what a destroyed key sealed is left out."""
    documents: dict[UUID, Piece] = {}
    for file in files:
        name = tx.open_text(file.owner.key, file.name)
        if name is None:
            continue
        document = documents.setdefault(
            file.document_id,
            Piece(
                label=tx.open_text(file.owner.key, file.label) or "",
                from_town=file.side == "town",
                added_at=file.added_at.isoformat(),
                files=[],
            ),
        )
        kept = ArchivedFile(name=name, size=file.kept_bytes or 0, type=file.media_type, object_key=str(file.object_key))
        document["files"].append(kept)
    return list(documents.values())


PARTS: tuple[Part, ...] = (
    Part(service="accounts", of_person=lambda sources, account_id: sources.services.space(account_id)),
    Part(service="requests", of_person=lambda sources, account_id: sources.services.drafts(account_id)),
    Part(
        service="messaging",
        of_person=lambda sources, account_id: sources.services.mails(account_id),
        of_requests=lambda sources, request_ids: sources.services.threads(request_ids),
    ),
    Part(service="content", of_person=lambda sources, account_id: sources.services.opened_news(account_id)),
    Part(service="documents", of_person=_storage, of_requests=_pieces),
)
"""The requests themselves are read of `requests` page by page; each part adds to them."""

WITHOUT: Mapping[str, str] = {
    "procedures": "holds what the town publishes",
}
"""Services that have no part, each with the reason."""
