"""The pieces of a request as a page lists them, each with the mark that the town gave it."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.documents.conformity import rows
from services.documents.files.grants import Grant
from services.documents.files.views import handed_in
from services.documents.schemas.owner import Owner
from services.documents.schemas.pieces import Conformity, Document, Documents, ListDraftDocuments, ListRequestDocuments
from services.townhall.grants import Side


def listed(tx: Transaction, _: Settings, __: ListDraftDocuments | ListRequestDocuments, grant: Grant) -> Documents:
    """The documents of a request or draft; what waits for a decision, which agent added a piece, and how it was marked, is for the
    town alone."""
    grant.require_read()
    documents = handed_in(tx, grant.owner)
    if grant.side is Side.TOWN:
        return Documents(documents=tuple(_marked(tx, grant.owner, documents)))
    return Documents(documents=tuple(replace(one, author=None) for one in documents if one.enclosed_for is None))


def _marked(tx: Transaction, owner: Owner, documents: Iterable[Document]) -> Iterable[Document]:
    """A mark is of the files that were looked at: where the piece has others now, it has none."""
    marks = rows.of_request(tx.conn, owner.id)
    for one in documents:
        mark = marks.get(UUID(one.id))
        if mark is None or {str(file) for file in mark.files} != {file.id for file in one.files}:
            yield one
            continue
        found = Conformity(
            conforming=mark.conforming,
            reason=tx.open_text(owner.key, mark.reason) if mark.reason else None,
            agent=tx.open_text(owner.key, mark.agent) or "",
            at=mark.marked_at.isoformat(),
        )
        yield replace(one, conformity=found)
