"""What ends: drafts, unfinished uploads, and the objects behind them; and sample requests, which begin with a past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from uuid import UUID, uuid4

import pytest

from services.documents import lifetime, views
from services.documents import store as rows
from services.documents.document import DraftEnded
from services.documents.erasure import Erasure
from services.documents.grants import Grant
from services.documents.lifetime import RequestNotHeardYet
from services.documents.sample_import import import_documents
from tests.integration.documents.conftest import Desk, get

PAST = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
NOW = timedelta(seconds=-5)


def object_of(desk: Desk, file_id: str) -> str:
    with desk.store.read() as conn:
        found = rows.file(conn, UUID(file_id))
    assert found is not None
    return desk.objects.download_address(str(found.object_key))


def end(desk: Desk, draft: Grant) -> None:
    with desk.store.transaction() as tx:
        lifetime.end_draft(tx, draft.request_id)


def test_the_end_of_a_draft_deletes_its_files_and_their_bytes(desk: Desk) -> None:
    draft = desk.draft()
    file = desk.hand_in(draft, "piece-identite", "recto.jpg")
    address = object_of(desk, file["file_id"])
    end(desk, draft)
    Erasure(desk.store, desk.objects).delete_doomed()
    assert views.listed(desk.store, draft) == {"documents": []}
    with pytest.raises(HTTPError) as gone:
        get(address)
    gone.value.close()
    assert gone.value.code == 404


def test_nothing_more_is_laid_under_a_draft_that_has_ended(desk: Desk) -> None:
    draft = desk.draft()
    end(desk, draft)
    with pytest.raises(DraftEnded):
        desk.announce(draft, "piece-identite", "tard.jpg", 1000)


def test_a_draft_that_became_a_request_does_not_end(desk: Desk) -> None:
    draft = desk.draft()
    desk.hand_in(draft, "piece-identite", "recto.jpg")
    desk.submit(draft)
    end(desk, draft)
    assert len(views.listed(desk.store, desk.grant(draft.request_id))["documents"]) == 1


def test_an_upload_that_never_came_is_forgotten(desk: Desk) -> None:
    draft = desk.draft()
    begun = desk.announce(draft, "piece-identite", "jamais.pdf", 1000)
    Erasure(desk.store, desk.objects).drop_unfinished(NOW)
    with desk.store.read() as conn:
        assert rows.file(conn, UUID(begun["file_id"])) is None


def sample_request(desk: Desk, procedure: str) -> UUID:
    request_id = uuid4()
    with desk.store.transaction() as tx:
        tx.conn.execute(rows.SAVE_REQUEST, {"id": request_id, "procedure": procedure, "version": 1})
    return request_id


def test_a_sample_document_has_its_past_date_and_valid_bytes(desk: Desk) -> None:
    request_id = sample_request(desk, "location-salle")
    document = {"request_id": request_id, "piece": "assurance-rc", "at": PAST, "files": ["attestation-rc.pdf"]}
    assert import_documents(desk.store, desk.objects, [document]) == {"added": 1}
    assert import_documents(desk.store, desk.objects, [document]) == {"added": 0}
    listed = views.listed(desk.store, desk.grant(request_id))["documents"][0]
    assert listed["added_at"] == PAST.isoformat()
    shown = desk.intake.view(desk.grant(request_id), UUID(listed["files"][0]["id"]), viewer="")
    assert get(shown["get_url"]).startswith(b"%PDF")
    assert desk.said(request_id) == ["DocumentAdded"]


def test_a_photograph_inside_a_form_is_a_document_too(desk: Desk) -> None:
    request_id = sample_request(desk, "permis-vegetaliser")
    document = {"request_id": request_id, "piece": "photo_lieu", "at": PAST, "files": ["pied-arbre.jpg"]}
    assert import_documents(desk.store, desk.objects, [document]) == {"added": 1}


def test_a_document_of_a_request_not_heard_of_waits(desk: Desk) -> None:
    document = {"request_id": uuid4(), "piece": "assurance-rc", "at": PAST, "files": ["a.pdf"]}
    with pytest.raises(RequestNotHeardYet):
        import_documents(desk.store, desk.objects, [document])


def test_a_sample_proof_that_a_decision_has_outlived_is_not_laid_down(desk: Desk) -> None:
    request_id = sample_request(desk, "concession-cimetiere")
    with desk.store.transaction() as tx:
        tx.conn.execute("UPDATE requests SET closed = true WHERE id = %s", (request_id,))
    document = {"request_id": request_id, "piece": "identite", "at": PAST, "files": ["identite.pdf"]}
    assert import_documents(desk.store, desk.objects, [document]) == {"added": 0}
