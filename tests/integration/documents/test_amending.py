"""A piece of a request is renamed, grows and goes as a piece, by the side that handed it in and while the request takes pieces."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.documents.files import rules
from services.documents.files.grants import DocumentsFrozen, Grant
from services.documents.pieces import use_cases
from services.documents.schemas import pieces
from tests.integration.documents.conftest import Desk
from tests.integration.documents.test_piece_labels import given_labels, hand_in


def relabel(desk: Desk, grant: Grant, document_id: UUID, label: str) -> None:
    desk.do(use_cases.relabel, pieces.RelabelDocument(grant="g", document_id=document_id, label=label), grant)


def remove(desk: Desk, grant: Grant, document_id: UUID) -> None:
    desk.do(use_cases.remove_document, pieces.RemoveDocument(grant="g", document_id=document_id), grant)


def join(desk: Desk, grant: Grant, document_id: UUID, name: str = "suite.pdf") -> None:
    """Announces one more file of that piece."""
    new = pieces.BeginUpload(grant="g", piece="autre", label=None, filename=name, size=10, document_id=document_id)
    desk.do(use_cases.begin, new, grant)


def listed(desk: Desk, grant: Grant) -> list[tuple[str, int]]:
    documents = desk.listed(grant)
    return [(one.label, len(one.files)) for one in documents]


@pytest.fixture
def filed(desk: Desk) -> tuple[Grant, UUID]:
    """A request with a free piece « Devis »."""
    draft = desk.draft()
    document_id = hand_in(desk, draft, "Devis")
    desk.submit(draft)
    return desk.grant(draft.request_id), document_id


def test_a_free_piece_is_renamed_and_each_event_keeps_its_name(desk: Desk, filed: tuple[Grant, UUID]) -> None:
    grant, piece = filed
    relabel(desk, grant, piece, "  Devis   signé ")
    relabel(desk, grant, piece, "Devis signé")
    remove(desk, grant, piece)
    assert desk.said(grant.request_id) == ["DocumentAdded", "DocumentRelabelled", "DocumentRemoved"]
    assert given_labels(desk, grant) == [("Devis", None), ("Devis signé", "Devis"), ("Devis signé", None)]


def test_a_piece_goes_with_all_its_files_and_one_that_is_gone_is_no_error(
    desk: Desk, filed: tuple[Grant, UUID]
) -> None:
    grant, piece = filed
    hand_in(desk, grant, "Devis", "suite.pdf")
    join(desk, grant, piece)  # on its way
    remove(desk, grant, piece)
    remove(desk, grant, piece)
    assert listed(desk, grant) == []
    assert desk.said(grant.request_id)[-1] == "DocumentRemoved"
    assert len(desk.said(grant.request_id)) == 3


def test_a_file_joins_the_piece_that_was_renamed_up_to_its_limit(desk: Desk, filed: tuple[Grant, UUID]) -> None:
    grant, piece = filed
    relabel(desk, grant, piece, "Devis signé")
    for number in range(3):
        join(desk, grant, piece, f"p{number}.pdf")
    with pytest.raises(rules.TooManyFiles, match="Devis signé"):
        join(desk, grant, piece)
    with pytest.raises(rules.UnknownDocument):
        join(desk, grant, uuid4())


def test_the_label_of_the_procedure_one_that_is_taken_and_none_are_refused(
    desk: Desk, filed: tuple[Grant, UUID]
) -> None:
    grant, piece = filed
    hand_in(desk, grant, "Plan")
    identity = desk.hand_in(grant, "piece-identite", "recto.jpg").document_id
    with pytest.raises(rules.LabelTaken):
        relabel(desk, grant, piece, "Plan")
    with pytest.raises(rules.LabelMissing):
        relabel(desk, grant, piece, " ")
    with pytest.raises(rules.LabelIsTheProcedures):
        relabel(desk, grant, identity, "Carte")
    assert listed(desk, grant)[0] == ("Devis", 1)


def test_neither_the_other_side_nor_another_request_nor_a_reader_changes_it(
    desk: Desk, filed: tuple[Grant, UUID]
) -> None:
    grant, piece = filed
    reader = replace(grant, rights=frozenset({"read"}))
    other = desk.grant(uuid4())
    for refused, who in (
        (rules.NotYours, replace(grant, side="town")),
        (rules.UnknownDocument, other),
        (DocumentsFrozen, reader),
    ):
        for act in (lambda who=who: relabel(desk, who, piece, "Plan"), lambda who=who: remove(desk, who, piece)):
            with pytest.raises(refused):
                act()
    assert listed(desk, grant) == [("Devis", 1)]


def test_a_piece_of_a_draft_is_renamed_and_removed_until_it_is_filed(desk: Desk) -> None:
    draft = desk.draft()
    kept, gone = hand_in(desk, draft, "Devis"), hand_in(desk, draft, "Plan")
    relabel(desk, draft, kept, "Devis signé")
    remove(desk, draft, gone)
    desk.submit(draft)
    assert listed(desk, draft) == [("Devis signé", 1)]
    assert given_labels(desk, draft) == [("Devis signé", None)]
    with pytest.raises(rules.AlreadySubmitted):
        remove(desk, draft, kept)
