"""A document that leaves with a decision: handed in with the form, it waits unseen until the request comes to that status."""

from collections.abc import Iterable

from flask import request

from gateway.files.uploads import limits
from gateway.http.rate_limits import UPLOAD
from gateway.http.security import current_security
from gateway.pages.components import files as handed, uploader
from services.chassis.errors import Refusal
from services.chassis.structs import Struct
from services.documents.schemas.pieces import Document
from services.requests.schemas.tracking import CaseView
from services.townhall.pieces import FREE, LONGEST_LABEL

FIELD = "document"
NAMED = "Décision signée"
"""What it is called, where the agent gives it no other name."""


class Enclosure(Struct):
    """What the form shows of it: those that wait, how the next one would be called, what was refused."""

    waiting: tuple[Document, ...]
    piece: uploader.Piece
    label: str
    longest_label: int
    problem: str


def taken(view: CaseView, to: str) -> tuple[str, Refusal | None]:
    """Hands in the files of the form for a decision to that status; why not all of them could be."""
    current_security().spend(UPLOAD)  # the route counts what is worded, which is more often
    chosen = handed.chosen(request.files, FIELD)
    label = typed_label()
    refused = handed.each(chosen, lambda upload: handed.hand_in(view.grant, FREE, upload, label=label, enclosed_for=to))
    return (handed.refusal_sentence(refused, of=len(chosen)), refused[0][1]) if refused else ("", None)


def shown(view: CaseView, to: str, documents: Iterable[Document], problem: str = "") -> Enclosure | None:
    """None where the request takes no document."""
    if not view.can.add_documents:
        return None
    return Enclosure(
        waiting=tuple(one for one in documents if one.enclosed_for == to),
        piece=uploader.free_piece(limits()),
        label=typed_label(),
        longest_label=LONGEST_LABEL,
        problem=problem,
    )


def typed_label() -> str:
    return " ".join(request.form.get("nom-document", "").split())[:LONGEST_LABEL] or NAMED
