"""How a free piece was called at each event of its request: sealed in the event, read for who may read the request."""

from typing import Any
from uuid import UUID

import pytest

from services.documents.archives.rules import KEPT
from services.documents.files.events import DocumentAdded, DocumentRemoved
from services.documents.files.grants import Grant
from services.documents.lifetime import use_cases as lifetime
from services.documents.pieces.views import labels_of_events
from services.documents.samples.rules import sample
from services.documents.schemas.facts import ArchiveReady
from services.documents.schemas.pieces import ReadPieceLabels
from services.townhall.grants import GrantRefused
from tests.integration.documents.conftest import Desk, put


def hand_in(desk: Desk, grant: Grant, label: str, name: str = "devis.pdf") -> UUID:
    """A file of a free piece with that label; gives its document."""
    content = sample(name)[0]
    begun = desk.announce(grant, "autre", name, len(content), label=label)
    put(begun.put_url, content)
    return desk.finish(grant, begun.file_id).document_id


def given_labels(desk: Desk, grant: Grant) -> list[tuple[str, str | None]]:
    return [(one.label, one.before) for one in desk.do(labels_of_events, ReadPieceLabels(grant="g"), grant).labels]


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


def test_an_event_of_before_labels_has_the_present_one_of_its_piece(desk: Desk) -> None:
    draft = desk.draft()
    document_id = hand_in(desk, draft, "Devis")
    desk.submit(draft)
    gone: dict[str, Any] = {"document_id": str(UUID(int=1)), "piece": "autre", "by": "citizen"}
    old = [
        DocumentAdded(document_id=str(document_id), piece="autre", files=1, by="citizen"),
        DocumentAdded(**gone, files=1),
        DocumentRemoved(**gone, reason="wish"),
    ]
    with desk.store.transaction() as tx:
        tx.append(draft.owner.stream, old, key=draft.owner.key)
    assert given_labels(desk, desk.grant(draft.request_id)) == [("Devis", None)] * 2


def test_an_archive_of_the_request_hides_no_label(desk: Desk) -> None:
    draft = desk.draft()
    hand_in(desk, draft, "Devis")
    desk.submit(draft)
    with desk.store.transaction() as tx:
        ready = ArchiveReady(of="request", expires_at=tx.now + KEPT)
        tx.append(draft.owner.stream, [ready], key=draft.owner.key)
    assert given_labels(desk, desk.grant(draft.request_id)) == [("Devis", None)]


def test_no_label_is_read_without_a_grant_nor_after_the_end_of_the_request(desk: Desk) -> None:
    draft = desk.draft()
    hand_in(desk, draft, "Devis")
    desk.submit(draft)
    with pytest.raises(GrantRefused):
        given_labels(desk, desk.grant(draft.request_id, rights=frozenset({"exchange"})))
    with desk.store.transaction() as tx:
        lifetime.erase_request(tx, draft.request_id)
    assert given_labels(desk, desk.grant(draft.request_id)) == []
