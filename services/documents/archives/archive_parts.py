"""What each service adds to the archive of one's data: the one place where a service that keeps personal data is named.

`tests/structure/test_own_data.py` compares it with the services that there are.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from services.chassis.contracts import Json
from services.chassis.event_store.store import Store
from services.chassis.structs import Struct
from services.documents.files import rows
from services.documents.other_services import OtherServices
from services.documents.schemas import owner as owners


class Sources(Struct):
    """Where parts are read."""

    store: Store
    services: OtherServices


class Part(Struct):
    """`of_person`: read once an archive of a space. `of_requests`: read once for a page of requests or drafts, what it adds
    to each, by id."""

    service: str
    of_person: Callable[[Sources, UUID], Json] | None = None
    of_requests: Callable[[Sources, Sequence[UUID]], dict[str, Json]] | None = None


def _storage(sources: Sources, account_id: UUID) -> Json:
    with sources.store.viewing(None) as tx:
        files = [one for one in rows.files_of(tx.conn, owners.space(account_id)) if one.state == "ready"]
        return {"storage": _documents(tx, files)}


def _pieces(sources: Sources, request_ids: Sequence[UUID]) -> dict[str, Json]:
    with sources.store.viewing(None) as tx:
        files = sorted(rows.ready_of_requests(tx.conn, request_ids), key=lambda file: str(file.owner_id))
        by_request = groupby(files, key=lambda file: str(file.owner_id))
        return {request_id: {"documents": _documents(tx, group)} for request_id, group in by_request}


def _documents(tx: Any, files: Any) -> list[Json]:
    """Pieces with their files, in the order in which they came; what a destroyed key sealed is left out."""
    documents: dict[UUID, Json] = {}
    for file in files:
        name = tx.open(file.owner.key, file.name)
        if name is None:
            continue
        document = documents.setdefault(
            file.document_id,
            {
                "label": tx.open(file.owner.key, file.label) or "",
                "from_town": file.side == "town",
                "added_at": file.added_at.isoformat(),
                "files": [],
            },
        )
        kept = {"name": name, "size": file.kept_bytes, "type": file.media_type, "object_key": str(file.object_key)}
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
