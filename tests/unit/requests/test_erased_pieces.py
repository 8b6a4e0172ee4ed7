"""What is listed of pieces that are erased: which, when, by which rule."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.requests.history import pieces
from services.requests.request import events as e
from tests.unit.requests.test_history import HALL, NOW, Kept


def listed(*events: Any) -> list[tuple[str, str, str]]:
    recorded = [Kept(one, NOW + timedelta(days=n), UUID(int=n)) for n, one in enumerate(events)]
    return [(one.label, one.at.date().isoformat(), one.rule) for one in pieces.erased(recorded, HALL)]


def test_a_piece_erased_by_the_decision_is_listed_and_a_withdrawn_one_is_not() -> None:
    added = [e.DocumentAdded(document_id=id, piece="assurance-rc", files=1) for id in ("1", "2")]
    gone = e.DocumentRemoved(document_id="1", piece="assurance-rc", by="system", reason="decision")
    back = e.DocumentRemoved(document_id="2", piece="assurance-rc", reason="wish")
    [line] = listed(*added, gone, back)
    assert line == ("Attestation d’assurance de responsabilité civile", "2026-11-20", "decision")


def test_pieces_erased_at_the_end_of_the_term_are_listed_without_typed_labels() -> None:
    first = e.DocumentAdded(document_id="1", piece="autre", files=1)
    gone = e.DocumentRemoved(document_id="2", piece="assurance-rc", by="system", reason="decision")
    assert [line[::2] for line in listed(first, gone, e.RequestErased(elimination="x"))] == [
        ("Attestation d’assurance de responsabilité civile", "decision"),
        ("Pièce complémentaire", "retention"),
    ]
