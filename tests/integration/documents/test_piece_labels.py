"""A piece of a request as a piece: named, renamed, grown and removed by its side in time; its name at each event stays sealed."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.documents.archives.rules import KEPT
from services.documents.files import rules
from services.documents.files.events import DocumentAdded, DocumentRemoved
from services.documents.files.grants import DocumentsFrozen, Grant
from services.documents.lifetime import use_cases as lifetime
from services.documents.pieces import use_cases
from services.documents.pieces.views import labels_of_events
from services.documents.samples.rules import sample
from services.documents.schemas import pieces
from services.documents.schemas.facts import ArchiveReady
from services.townhall.grants import GrantRefused
from tests.integration.documents.conftest import Desk, put


def hand_in(desk: Desk, grant: Grant, label: str, name: str = "devis.pdf") -> UUID:
    """A file of a free piece with that label; gives its document."""
    content = sample(name)[0]
    begun = desk.announce(grant, "autre", name, len(content), label=label)
    put(begun.put_url, content)
    return desk.finish(grant, begun.file_id).document_id


def given_labels(desk: Desk, grant: Grant) -> list[tuple[str, str | None]]:
    return [
        (one.label, one.before) for one in desk.do(labels_of_events, pieces.ReadPieceLabels(grant="g"), grant).labels
    ]


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


def test_a_free_piece_is_named_at_each_of_its_events(desk: Desk) -> None:
    draft = desk.draft()
    hand_in(desk, draft, "Attestation employeur")
    desk.hand_in(draft, "piece-identite", "recto.jpg")
    desk.submit(draft)
    grant = desk.grant(draft.request_id)
    hand_in(desk, grant, "Attestation employeur", "suite.pdf")
    hand_in(desk, grant, "Devis")
    assert desk.said(draft.request_id) == ["DocumentAdded", "DocumentAdded", "DocumentReplaced", "DocumentAdded"]
    assert given_labels(desk, grant) == [("Attestation employeur", None)] * 2 + [("Devis", None)]


def test_an_event_of_before_labels_has_the_present_one_of_its_piece(desk: Desk, filed: tuple[Grant, UUID]) -> None:
    grant, document_id = filed
    gone: dict[str, Any] = {"document_id": str(UUID(int=1)), "piece": "autre", "by": "citizen"}
    old = [
        DocumentAdded(document_id=str(document_id), piece="autre", files=1, by="citizen"),
        DocumentAdded(**gone, files=1),
        DocumentRemoved(**gone, reason="wish"),
    ]
    ready = ArchiveReady(of="request", expires_at=desk.store.clock.now() + KEPT)
    desk.run(lambda tx: tx.append(grant.owner.stream, [*old, ready], key=grant.owner.key))
    assert given_labels(desk, grant) == [("Devis", None)] * 2, "an archive of the request hides none"


def test_no_label_is_read_without_a_grant_nor_after_the_end_of_the_request(
    desk: Desk, filed: tuple[Grant, UUID]
) -> None:
    grant, _ = filed
    with pytest.raises(GrantRefused):
        given_labels(desk, replace(grant, rights=frozenset({"exchange"})))
    desk.run(lifetime.erase_request, grant.request_id)
    assert given_labels(desk, grant) == []


def test_a_free_piece_is_renamed_and_each_event_keeps_its_name(desk: Desk, filed: tuple[Grant, UUID]) -> None:
    grant, piece = filed
    relabel(desk, grant, piece, "  Devis   signé ")
    relabel(desk, grant, piece, "Devis signé")
    remove(desk, grant, piece)
    assert desk.said(grant.request_id) == ["DocumentAdded", "DocumentRelabelled", "DocumentRemoved"]
    assert given_labels(desk, grant) == [("Devis", None), ("Devis signé", "Devis"), ("Devis signé", None)]


def test_a_piece_is_removed_with_its_files_and_a_second_removal_succeeds(desk: Desk, filed: tuple[Grant, UUID]) -> None:
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


def test_the_other_side_another_request_and_a_reader_cannot_change_a_piece(
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
