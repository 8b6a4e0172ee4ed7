"""Copies of the pieces of a request or a draft in the storage space of their holder."""

from collections.abc import Sequence
from uuid import uuid5

from flask import request

from gateway.conversation import clients
from gateway.routes import command_id, typed_id
from services.chassis.errors import Conflict, NotFound
from services.documents.schemas.pieces import ListDraftDocuments
from services.documents.schemas.storage import Copied, StoreCopies
from services.requests.schemas.drafts import DraftView

NOT_COPIED = "Cette pièce est jointe à la demande, mais votre espace de stockage n’a plus de place pour sa copie."


def copied(grant: str, documents: Sequence[str]) -> Copied | None:
    """The pieces are copied into the space, those that are not there yet; None where it takes no more."""
    ids = tuple(typed_id(one, NotFound) for one in documents)
    once = uuid5(command_id(), f"store_copies {sorted(map(str, ids))}")
    try:
        return clients().send(StoreCopies(grant=grant, documents=ids), command_id=once)
    except Conflict:
        return None


def not_duplicated(draft: DraftView) -> dict[str, str]:
    """Copies the pieces that were ticked into the storage space, all or none; by piece, what is said where none was."""
    ticked = request.form.getlist("dupliquer")
    if not ticked:
        return {}
    given = clients().send(ListDraftDocuments(grant=draft.grant)).documents
    handed = {document.id: document.piece for document in given if document.piece in ticked}
    if not handed or copied(draft.grant, list(handed)):
        return {}
    return dict.fromkeys(handed.values(), NOT_COPIED)
