"""What ends: drafts, unfinished uploads, and the objects behind them; and sample requests, which begin with a past."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from services.chassis.actors import Actor, system
from services.chassis.errors import Forbidden
from services.chassis.event_store.keys import KeyDestroyed
from services.chassis.process.operate import verify
from services.chassis.settings import Settings
from services.documents import reactions
from services.documents.files import rows
from services.documents.files.rules import DraftEnded
from services.documents.inspection.examination import workplace
from services.documents.lifetime import erasure, use_cases as lifetime
from services.documents.lifetime.progress import BEFORE_ALL, Progress
from services.documents.object_store.objects import Objects
from services.documents.samples.sample_import import import_documents
from services.documents.schemas.pieces import ImportDocuments, ImportedDocument
from services.requests.schemas.facts import RequestErased
from services.townhall.refusals import RequestNotKnownYet
from tests.integration.documents.conftest import Desk, by, get, gone, put
from tests.support.heard import fact

PAST = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
NOW = timedelta(seconds=-5)
IMPORTER = system("import")


def object_of(desk: Desk, file_id: UUID) -> str:
    return desk.objects.download_address(str(desk.row(file_id).object_key))


def imported(desk: Desk, *documents: ImportedDocument, actor: Actor = IMPORTER) -> int:
    return import_documents(desk.store, by(actor), ImportDocuments(documents=documents), desk.objects).added


def proof(request_id: UUID, piece: str, name: str) -> ImportedDocument:
    return ImportedDocument(request_id=request_id, piece=piece, at=PAST, files=(name,))


def test_the_end_of_a_draft_deletes_its_files_and_their_bytes(desk: Desk) -> None:
    draft = desk.draft()
    address = object_of(desk, desk.hand_in(draft, "piece-identite", "recto.jpg").file_id)
    desk.end_draft(draft)
    desk.delete_doomed()
    assert desk.listed(draft) == ()
    assert gone(address)


def test_a_draft_that_became_a_request_does_not_end(desk: Desk) -> None:
    draft, _ = desk.filed()
    desk.end_draft(draft)
    assert len(desk.listed(desk.grant(draft.request_id))) == 1


def sample_request(desk: Desk, procedure: str) -> UUID:
    request_id = uuid4()
    desk.know(request_id, procedure)
    return request_id


def test_a_sample_document_has_its_past_date_and_valid_bytes(desk: Desk) -> None:
    request_id = sample_request(desk, "location-salle")
    document = proof(request_id, "assurance-rc", "attestation-rc.pdf")
    assert imported(desk, document) == 1
    assert imported(desk, document) == 0
    listed = desk.listed(desk.grant(request_id))[0]
    assert listed.added_at == PAST.isoformat()
    shown = desk.view(desk.grant(request_id), UUID(listed.files[0].id))
    assert get(shown.get_url).startswith(b"%PDF")
    assert desk.said(request_id) == ["DocumentAdded"]


def test_a_photograph_inside_a_form_is_a_document_too(desk: Desk) -> None:
    request_id = sample_request(desk, "permis-vegetaliser")
    document = proof(request_id, "photo_lieu", "pied-arbre.jpg")
    assert imported(desk, document) == 1


def test_a_document_of_a_request_not_known_yet_waits(desk: Desk) -> None:
    document = proof(uuid4(), "assurance-rc", "a.pdf")
    with pytest.raises(RequestNotKnownYet):
        imported(desk, document)


def test_an_import_keeps_no_document_while_one_of_its_requests_is_not_known(desk: Desk) -> None:
    known, late = sample_request(desk, "location-salle"), uuid4()
    documents = [proof(request_id, "assurance-rc", "attestation-rc.pdf") for request_id in (known, late)]
    with pytest.raises(RequestNotKnownYet):
        imported(desk, *documents)
    assert desk.listed(desk.grant(known)) == ()

    desk.know(late, "location-salle")
    assert imported(desk, *documents) == 2


@pytest.mark.parametrize("kind", ["visitor", "citizen", "tracking", "agent", "partner"])
def test_only_a_process_of_ours_brings_in_sample_documents(desk: Desk, kind: str) -> None:
    request_id = sample_request(desk, "location-salle")
    document = proof(request_id, "assurance-rc", "attestation-rc.pdf")
    with pytest.raises(Forbidden):
        imported(desk, document, actor=Actor(kind=kind, id="import"))
    assert desk.listed(desk.grant(request_id)) == ()


def test_a_sample_proof_of_a_closed_request_is_not_imported(desk: Desk) -> None:
    request_id = sample_request(desk, "concession-cimetiere")
    desk.run(lambda tx: tx.conn.execute("UPDATE requests SET closed = true WHERE id = %s", (request_id,)))
    document = proof(request_id, "identite", "identite.pdf")
    assert imported(desk, document) == 0


# --- the end of a request


def test_an_erased_request_leaves_no_name_no_row_and_no_object(desk: Desk, settings: Settings) -> None:
    (draft, _), (other, _) = desk.filed(), desk.filed()
    late = desk.hand_in(desk.grant(draft.request_id), "piece-identite", "verso.jpg")
    kept = desk.listed(desk.grant(draft.request_id))[0].files
    addresses = [object_of(desk, UUID(file.id)) for file in kept]
    assert late.file_id in {UUID(file.id) for file in kept}

    for _ in range(2):
        desk.run(reactions.erase_the_request, fact(RequestErased, draft.request_id))
    desk.delete_doomed()

    assert all(gone(address) for address in addresses)
    assert desk.listed(desk.grant(draft.request_id)) == ()
    with desk.store.transaction() as tx:
        assert rows.files_of(tx.conn, draft.owner) == []
        assert [one.event.names for one in tx.history(f"request-{draft.request_id}")] == [None, None]  # type: ignore[union-attr]
    assert verify(settings, "documents").sound
    assert len(desk.listed(desk.grant(other.request_id))) == 1
    with pytest.raises(KeyDestroyed):
        desk.announce(desk.grant(draft.request_id), "piece-identite", "tard.jpg", 1000)


def test_every_version_of_an_object_goes_where_the_town_keeps_versions(desk: Desk, own_bucket: Objects) -> None:
    key, folder = str(uuid4()), workplace()
    with folder as place:
        for text in ("un", "deux"):
            (place / "f").write_text(text)
            own_bucket.keep(key, place / "f", "text/plain")
    assert len(versions(own_bucket, key)) == 2
    own_bucket.remove([key])
    assert versions(own_bucket, key) == []
    own_bucket.remove([key])


def versions(objects: Objects, key: str) -> list[str | None]:
    found = objects._client.list_objects(objects.kept, prefix=key, include_version=True)
    return [one.version_id for one in found]


@pytest.fixture
def own_bucket(settings: Settings) -> Objects:
    """Buckets of this test's own, with versions switched on as an operator would."""
    objects = Objects(replace(settings, s3_bucket_prefix=f"versions-{uuid4().hex[:12]}"))
    objects.make_buckets()
    objects._client.set_bucket_versioning(objects.kept, VersioningConfig(ENABLED))
    return objects


def test_files_whose_key_is_gone_are_deleted_however_it_went(desk: Desk) -> None:
    draft = desk.draft()
    address, progress = object_of(desk, desk.hand_in(draft, "piece-identite", "recto.jpg").file_id), Progress()
    erasure.drop_unreadable(desk.store, progress)  # what other tests left
    desk.destroy_key(str(draft.request_id))
    assert erasure.drop_unreadable(desk.store, progress) == 1
    desk.delete_doomed()
    assert gone(address)
    assert erasure.drop_unreadable(desk.store, progress) == 0


def test_a_draft_that_has_ended_takes_nothing_more(desk: Desk) -> None:
    draft = desk.draft()
    desk.hand_in(draft, "piece-identite", "recto.jpg")
    desk.end_draft(draft)
    with pytest.raises(KeyDestroyed), desk.store.transaction() as tx:
        tx.seal(str(draft.request_id), "recto.jpg")
    with pytest.raises(DraftEnded):
        desk.announce(draft, "piece-identite", "tard.jpg", 1000)


def test_an_overdue_upload_is_forgotten_and_swept_when_it_comes_late(desk: Desk) -> None:
    draft = desk.draft()
    begun = desk.announce(draft, "piece-identite", "tard.pdf", 4)
    progress = Progress()
    erasure.drop_unfinished(desk.store, NOW)
    with desk.store.read() as conn:
        assert rows.file(conn, begun.file_id) is None
    desk.delete_doomed()
    put(begun.put_url, b"%PDF")
    erasure.sweep(desk.store, desk.objects, progress, NOW)
    desk.delete_doomed()
    assert not [key for key, _ in desk.objects.uploads() if key in begun.put_url]


def test_a_turn_reads_a_batch_of_what_is_kept_and_the_next_one_goes_on_there(
    desk: Desk, own_bucket: Objects, tmp_path: Path
) -> None:
    files = [desk.hand_in(draft, "piece-identite", "recto.jpg") for draft in (desk.draft(), desk.draft(), desk.draft())]
    with desk.store.transaction() as tx:
        [last] = tx.conn.execute(
            "SELECT request_id FROM documents JOIN files ON document_id = documents.id WHERE files.id = ANY(%s) "
            "ORDER BY documents.id DESC LIMIT 1",
            ([file.file_id for file in files],),
        ).fetchall()
        tx.destroy_key(str(last["request_id"]))
    found, after, turns = 0, BEFORE_ALL, 0
    while after is not None:
        dropped, after = desk.run(lifetime.drop_unreadable, after, 1)
        found, turns = found + dropped, turns + 1
    assert found >= 1
    assert turns > len(files)

    stray = tmp_path / "stray"
    stray.write_bytes(b"stray")
    keys = sorted(str(uuid4()) for _ in range(3))
    for key in keys:
        own_bucket.keep(key, stray, "text/plain")
    assert [key for key, _ in own_bucket.kept_ones(after=keys[0])] == keys[1:]


def test_unfinished_uploads_are_found_without_reading_what_is_kept(desk: Desk) -> None:
    class Undone(Exception):
        """Raised so that no other test finds these rows."""

    with pytest.raises(Undone), desk.store.transaction() as tx:
        tx.conn.execute(
            "WITH added AS (INSERT INTO documents (id, request_id, piece, side, label, author, sensitive, created_at) "
            "SELECT gen_random_uuid(), gen_random_uuid(), 'plan', 'citizen', 'Plan', 'citizen', false, %(now)s "
            "FROM generate_series(1, 2000) RETURNING id) "
            "INSERT INTO files (id, document_id, object_key, state, announced_bytes, extension, name, kept_bytes, sha256, "
            "media_type, created_at) SELECT gen_random_uuid(), id, gen_random_uuid(), 'ready', 1, 'pdf', '', 1, '', "
            "'application/pdf', %(now)s - interval '1 day' FROM added",
            {"now": tx.now},
        )
        tx.conn.execute("ANALYZE files, documents")  # what the planner knows is of this test alone
        [plan] = tx.conn.execute(f"EXPLAIN (FORMAT JSON) {rows.STALE_FILES}", {"before": tx.now}).fetchall()
        assert "'Index Name': 'files_unfinished'" in str(plan)
        raise Undone
