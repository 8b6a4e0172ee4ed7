"""Historique with the names that persons gave to their free pieces: documents keeps the labels, and no event carries them."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.conversation import clients
from services.chassis.errors import Unavailable
from services.documents.schemas.pieces import PieceLabel, ReadPieceLabels
from services.requests.schemas.tracking import HistoryLine, RequestView
from services.townhall.pieces import FREE
from services.townhall.typography import NBSP


def named(view: RequestView) -> Sequence[HistoryLine]:
    """The lines of a tracked request, each about a free piece with its label; unnamed while documents does not answer."""
    if all(line.piece != FREE for line in view.history):
        return view.history
    try:
        labels = clients().send(ReadPieceLabels(grant=view.grant), brief=True).labels
    except Unavailable:
        return view.history
    known = {str(one.event_id): one for one in labels}
    return [_named(line, known.get(line.event or "")) for line in view.history]


def _named(line: HistoryLine, found: PieceLabel | None) -> HistoryLine:
    if found is None:
        return line
    detail = f"Auparavant{NBSP}: {found.before}" if found.before else line.detail
    return replace(line, title=f"{line.title}{NBSP}: {found.label}", detail=detail)
