"""What « Demander des pièces » begins with."""

from collections.abc import Iterable
from dataclasses import replace

from gateway.pages.agent.reply import Wording
from services.documents.schemas.pieces import Document
from services.requests.schemas.statuses import Status
from services.requests.schemas.tracking import CaseView
from services.townhall.typography import NBSP


def unfit(documents: Iterable[Document]) -> list[Document]:
    """Those that an agent has marked as not conforming."""
    return [one for one in documents if one.conformity and not one.conformity.conforming]


def prefilled(view: CaseView, wording: Wording, documents: Iterable[Document]) -> Wording:
    """The pieces that are not conforming, what is wrong with each, and the day proposed; another decision as it is."""
    if wording.to != Status.AWAITING:
        return wording
    marked = unfit(documents)
    known = {piece.slug for piece in view.asked_documents}
    return replace(
        wording,
        missing_documents=tuple(dict.fromkeys(one.piece for one in marked if one.piece in known)),
        reason=" ".join(map(_why, marked)),
        deadline=view.documents_by.isoformat() if view.documents_by else "",
    )


def _why(document: Document) -> str:
    said = (document.conformity.reason or "").strip() if document.conformity else ""
    return f"{document.label}{NBSP}: {said[:1].lower()}{said[1:].rstrip('.')}."
