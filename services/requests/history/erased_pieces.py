"""The pieces of a request whose files are erased, as its tab lists them: which, when, and by which rule. Pure."""

from collections.abc import Iterable

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.history.lines import PastEvent
from services.requests.history.pieces import piece_label
from services.requests.request import events as e
from services.requests.schemas.tracking import ErasedDocument
from services.townhall import pieces

DECISION, RETENTION = "decision", "retention"


def erased(recorded: Iterable[PastEvent], definition: Procedure) -> tuple[ErasedDocument, ...]:
    """In the order in which they were erased; what a person took back is none of them."""
    there: dict[str, str] = {}
    gone: list[ErasedDocument] = []
    for one in recorded:
        match one.event:
            case e.DocumentAdded(document_id=id, piece=slug) | e.DocumentReplaced(document_id=id, piece=slug):
                there[id] = slug
            case e.DocumentRemoved(document_id=id, piece=slug, reason=reason):
                there.pop(id, None)
                gone += [_erased(one, slug, DECISION, definition)] if reason == DECISION else []
            case e.RequestErased():
                gone += [_erased(one, slug, RETENTION, definition) for slug in there.values()]
                there = {}
            case _:
                pass
    return tuple(gone)


def _erased(one: PastEvent, slug: str, rule: str, definition: Procedure) -> ErasedDocument:
    label = pieces.free_label(None) if slug == pieces.FREE else piece_label(definition, slug)
    return ErasedDocument(label=label, at=one.time, rule=rule)
