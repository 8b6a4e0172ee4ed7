"""Historique with the names that persons gave to their free pieces: documents keeps the labels, and no event carries them."""

from collections.abc import Sequence
from typing import Any

from gateway.clients import Json
from gateway.conversation import clients
from services.chassis.errors import Unavailable
from services.documents.schemas.pieces import PieceLabel, ReadPieceLabels
from services.townhall.pieces import FREE
from services.townhall.typography import NBSP


def named(view: Json) -> list[Json]:
    """The lines of a tracked request, each about a free piece with its label; unnamed while documents does not answer."""
    lines: list[Json] = view["history"]
    if not any(line.get("piece") == FREE for line in lines):
        return lines
    try:
        labels = clients().send(ReadPieceLabels(grant=view["grant"]), brief=True).labels
    except Unavailable:
        return lines
    return with_labels(lines, labels)


def with_labels(lines: Sequence[Json], labels: Sequence[PieceLabel]) -> list[Json]:
    """The lines, where one tells of an event whose label is known with that label in its title."""
    known = {str(one.event_id): one for one in labels}
    return [_named(line, known.get(line.get("event") or "")) for line in lines]


def _named(line: Json, found: PieceLabel | None) -> Json:
    if found is None:
        return line
    title: dict[str, Any] = {"title": f"{line['title']}{NBSP}: {found.label}"}
    if found.before:
        title["detail"] = f"Auparavant{NBSP}: {found.before}"
    return line | title
