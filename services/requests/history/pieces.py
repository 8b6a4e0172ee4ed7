"""The lines of the Historique tab about pieces, each of which names its piece; and the pieces whose files are erased. Pure.

The files of a piece come one by one, an event each. Those that one side adds to it within two minutes are one line.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from services.chassis.event_store.events import Recorded
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.forms import french
from services.requests.request import events as e
from services.requests.schemas.tracking import ErasedDocument, HistoryLine
from services.townhall import pieces

PieceEvent = e.DocumentAdded | e.DocumentReplaced | e.DocumentRelabelled | e.DocumentRemoved | e.FileRejected

DECISION, RETENTION = "decision", "retention"
ONE_ACT = timedelta(minutes=2)
"""The longest time between two files of a piece that are one line."""


class Sentence(Struct):
    """What a line of the Historique tab is made of."""

    title: str
    by: str  # "citizen", "agent" or "system"
    kind: str = "operation"
    detail: str = ""


def piece_label(definition: Procedure, piece: str) -> str:
    """The name that the procedure gives to a piece, or the one that its sender gave."""
    asked = (*definition.documents, *definition.uploads())
    return next((one.label for one in asked if one.slug == piece), piece)


class Files:
    """How many files each piece has, as its events are read in order."""

    def __init__(self) -> None:
        self._count: dict[str, int] = {}

    def fewer(self, event: e.RequestEvent) -> bool:
        """Whether the event took files out of a piece that keeps others; counts it."""
        match event:
            case e.DocumentAdded() | e.DocumentReplaced():
                before = self._count.get(event.document_id, 0)
                self._count[event.document_id] = event.files
                return isinstance(event, e.DocumentReplaced) and event.files < before
            case e.FileRejected():
                self._count[event.document_id] = self._count.get(event.document_id, 0) - 1
                return False
            case _:
                return False


def joined(before: HistoryLine | None, line: HistoryLine, event: e.RequestEvent) -> HistoryLine | None:
    """The previous line with what this one adds to the same piece in the same act; None where they stay two. Both add files."""
    if before is None or not isinstance(event, e.DocumentReplaced) or before.who != line.who:
        return None
    if before.document != line.document or line.at - before.at > ONE_ACT:
        return None
    return replace(before, detail=line.detail, event=line.event)


def _about(happened: str, definition: Procedure, piece: str) -> str:
    """What happened to which piece; one that its sender named gets its name where the line is shown: documents keeps the label."""
    return happened if piece == pieces.FREE else f"{happened} : {piece_label(definition, piece)}"


REJECTIONS = {
    "infected": "Le contrôle de sécurité l’a jugé dangereux : ajoutez-le de nouveau depuis un autre appareil."
}


def sentence(event: PieceEvent, definition: Procedure, *, fewer: bool) -> Sentence:
    """`fewer`: files were taken out of a piece that keeps others."""
    by, detail = "system", ""
    match event:
        case e.DocumentAdded():
            happened, detail, by = "Pièce ajoutée", french.files(event.files), event.by
        case e.DocumentReplaced() if fewer:
            happened, detail, by = "Fichier retiré d’une pièce", f"Il reste {french.files(event.files)}.", event.by
        case e.DocumentReplaced():
            happened, detail, by = "Pièce modifiée", french.files(event.files), event.by
        case e.DocumentRelabelled():
            happened, by = "Pièce renommée", event.by
        case e.DocumentRemoved(reason="decision"):
            happened = "Pièce effacée après la décision"
        case e.DocumentRemoved():
            happened, by = "Pièce retirée", event.by
        case e.FileRejected():
            happened, detail = "Fichier refusé par le contrôle", REJECTIONS.get(event.reason, "")
        case _:
            assert_never(event)
    return Sentence(kind="document", title=_about(happened, definition, event.piece), detail=detail, by=by)


def erased(recorded: Iterable[Recorded[e.RequestEvent]], definition: Procedure) -> tuple[ErasedDocument, ...]:
    """Which, when, and by which rule, in the order in which they were erased; without what a person took back."""
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


def _erased(one: Recorded[e.RequestEvent], slug: str, rule: str, definition: Procedure) -> ErasedDocument:
    label = pieces.free_label(None) if slug == pieces.FREE else piece_label(definition, slug)
    return ErasedDocument(label=label, at=one.time, rule=rule)
