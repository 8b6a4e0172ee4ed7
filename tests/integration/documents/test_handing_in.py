"""A file's way from announcement to the request, on the real database and object store."""

import hashlib
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from services.chassis.actors import Actor
from services.chassis.clock import Clock
from services.chassis.errors import Forbidden
from services.chassis.signing import unsign
from services.documents.files import rows, rules, views
from services.documents.inspection.formats import FileTooLarge, ForbiddenFormat
from services.documents.intake.upload import UploadInterrupted
from services.documents.lifetime import erasure, use_cases as lifetime
from services.documents.lifetime.progress import Progress
from services.documents.pieces import use_cases
from services.documents.samples.rules import sample
from services.documents.schemas.looks import ListLooks, ListRequestLooks
from services.documents.schemas.pieces import Freeze
from services.townhall.grants import GrantRefused
from services.townhall.pieces import FREE, MEGABYTE
from services.townhall.town_time import local_day
from tests.integration.documents.conftest import CITIZEN, Desk, by, get, put
from tests.support.clocks import AheadClock

AGENT = Actor(kind="agent", id="agent-1", name="Accueil")
LOOKS = ListRequestLooks(grant="g", at_most=10)


def keys_in_store(desk: Desk) -> set[str]:
    client = desk.objects._client
    return {
        str(item.object_name)
        for bucket in (desk.objects.quarantine, desk.objects.kept)
        for item in client.list_objects(bucket, recursive=True)
    }


def test_a_file_that_was_sent_whole_can_be_read_again(desk: Desk) -> None:
    draft = desk.draft()
    outcome = desk.hand_in(draft, "piece-identite", "cni-recto.pdf")
    assert (outcome.state, outcome.name, outcome.type) == ("ready", "cni-recto.pdf", "application/pdf")
    assert desk.finish(draft, outcome.file_id) == outcome, "finished twice, the answer is the same"
    shown = desk.view(desk.grant(draft.request_id), outcome.file_id)
    assert get(shown.get_url) == sample("cni-recto.pdf")[0]


def test_an_odd_name_is_cleaned_and_the_file_kept(desk: Desk) -> None:
    outcome = desk.hand_in(desk.draft(), "piece-identite", "../..\\cni\r\n\u202e.pdf\n", sample("cni.pdf")[0])
    assert (outcome.state, outcome.name) == ("ready", "cni.pdf")


def test_a_piece_of_two_files_is_one_document_and_takes_no_third(desk: Desk) -> None:
    draft = desk.draft()
    recto = desk.hand_in(draft, "piece-identite", "recto.jpg")
    verso = desk.hand_in(draft, "piece-identite", "verso.jpg")
    assert recto.document_id == verso.document_id
    with pytest.raises(rules.TooManyFiles):
        desk.announce(draft, "piece-identite", "encore.jpg", 1000)


def test_a_version_of_a_procedure_is_read_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = desk.draft()
    desk.announce(draft, "piece-identite", "recto.jpg", 10)
    monkeypatch.setattr(rows, "PROCEDURE", "not a statement")
    assert desk.announce(draft, "piece-identite", "verso.jpg", 10).put_url


def test_a_file_is_refused_by_piece_size_or_format_before_it_is_sent(desk: Desk) -> None:
    with pytest.raises(rules.DefinitionNotKnownYet):
        desk.announce(desk.draft("pas-encore-publiee"), "photo", "photo.jpg", 10)
    with pytest.raises(rules.UnknownPiece):
        desk.announce(desk.draft(), "photo-de-vacances", "plage.jpg", 1000)
    with pytest.raises(FileTooLarge):
        desk.announce(desk.draft(), "piece-identite", "enorme.pdf", 5 * MEGABYTE + 1)
    assert desk.announce(desk.draft(), "piece-identite", "juste.pdf", 5 * MEGABYTE).put_url
    with pytest.raises(ForbiddenFormat):
        desk.announce(desk.draft(), "piece-identite", "virus.exe", 1000)


def test_a_file_of_another_type_than_its_name_is_refused_and_leaves_no_object(desk: Desk) -> None:
    draft = desk.draft()
    before = keys_in_store(desk)
    for name in ("page.pdf", "another.pdf"):
        outcome = desk.hand_in(draft, "piece-identite", name, b"<html><script>alert(1)</script></html>")
        assert outcome.state == "refused"
        assert "la fin de son nom" in (outcome.reason or "")
    desk.delete_doomed()
    assert keys_in_store(desk) <= before
    assert desk.hand_in(draft, "piece-identite", "c.pdf").state == "ready", "refused files take no room"


def test_more_bytes_than_announced_are_refused(desk: Desk) -> None:
    draft, content = desk.draft(), sample("long.pdf")[0]
    begun = desk.announce(draft, "piece-identite", "long.pdf", len(content) - 100)
    put(begun.put_url, content)
    assert desk.finish(draft, begun.file_id).state == "refused"


def test_an_upload_cut_half_way_leaves_nothing(desk: Desk) -> None:
    draft, content = desk.draft(), sample("coupe.pdf")[0]
    before = keys_in_store(desk)
    begun = desk.announce(draft, "piece-identite", "coupe.pdf", len(content))
    address = urlsplit(begun.put_url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as broken:
        head = f"PUT {address.path}?{address.query} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(content)}\r\n\r\n"
        broken.sendall(head.encode() + content[: len(content) // 2])
    with pytest.raises(UploadInterrupted):
        desk.finish(draft, begun.file_id)
    desk.delete_doomed()
    assert keys_in_store(desk) <= before
    assert desk.listed(draft) == ()


def test_the_author_of_a_piece_added_by_the_town_is_shown_to_agents_alone(desk: Desk) -> None:
    town = replace(desk.grant(uuid4(), "town"), name="Cheffe de la voirie")
    desk.hand_in(town, FREE, "decision.pdf")
    desk.hand_in(desk.grant(town.request_id), FREE, "reponse.pdf")

    def authors(side: str) -> list[str | None]:
        return [one.author for one in desk.listed(desk.grant(town.request_id, side))]

    assert authors("town") == ["Cheffe de la voirie", None]
    assert authors("citizen") == [None, None]


def test_the_manifest_lists_what_is_handed_in_and_is_signed(desk: Desk) -> None:
    draft = desk.draft()
    file = desk.hand_in(draft, "piece-identite", "cni.pdf")
    signed = use_cases.freeze(desk.store, by(CITIZEN), Freeze(grant="g"), draft).manifest
    manifest = unsign(desk.settings, "manifest", signed, 60)
    assert list(manifest) == ["request", "documents"]
    assert manifest["request"] == str(draft.request_id)
    assert list(manifest["documents"][0]) == ["id", "piece", "label", "files"]
    assert manifest["documents"][0]["piece"] == "piece-identite"
    assert manifest["documents"][0]["files"] == [
        {
            "id": str(file.file_id),
            "name": "cni.pdf",
            "size": file.size,
            "sha256": hashlib.sha256(sample("cni.pdf")[0]).hexdigest(),
            "type": "application/pdf",
            "scan": "not_scanned",
            "pages": 1,
        }
    ]


def test_a_submission_announces_once_what_was_frozen_and_drops_the_rest(desk: Desk) -> None:
    draft, _ = desk.filed()
    desk.submit(draft)
    assert desk.said(draft.request_id) == ["DocumentAdded"]
    with pytest.raises(rules.AlreadySubmitted):
        desk.announce(draft, "piece-identite", "tard.jpg", 1000)


def test_a_piece_added_to_an_open_request_is_published_at_once_and_readers_add_none(desk: Desk) -> None:
    draft = desk.draft("location-salle")
    desk.submit(draft, "location-salle")
    grant = desk.grant(draft.request_id)
    file = desk.hand_in(grant, "assurance-rc", "attestation.pdf")
    assert desk.said(draft.request_id) == ["DocumentAdded"]
    for _ in range(2):  # taken back twice is no error
        desk.remove(grant, file.file_id)
    assert desk.said(draft.request_id) == ["DocumentAdded", "DocumentRemoved"]
    with pytest.raises(Forbidden):
        desk.announce(desk.grant(draft.request_id, rights=frozenset({"read"})), "assurance-rc", "a.pdf", 1000)


def test_a_piece_added_before_the_submission_was_received_stays(desk: Desk) -> None:
    draft = desk.draft()
    desk.freeze(draft)
    grant = replace(desk.grant(draft.request_id), procedure=draft.procedure, version=draft.version)
    desk.hand_in(grant, "piece-identite", "recto.jpg")
    on_its_way = desk.announce(grant, "autre", "lettre.pdf", len(sample("lettre.pdf")[0]))
    desk.hear_of(draft)
    assert desk.said(draft.request_id) == ["DocumentAdded"], "the one that is ready"
    put(on_its_way.put_url, sample("lettre.pdf")[0])
    desk.finish(grant, on_its_way.file_id)
    assert desk.said(draft.request_id) == ["DocumentAdded", "DocumentAdded"]


def test_the_town_does_not_take_back_what_the_citizen_handed_in(desk: Desk) -> None:
    draft, file = desk.filed()
    with pytest.raises(rules.NotYours):
        desk.remove(desk.grant(draft.request_id, "town"), file)


def test_a_look_by_staff_is_recorded_and_a_look_by_the_citizen_is_not(desk: Desk) -> None:
    draft, file = desk.filed()
    desk.view(desk.grant(draft.request_id), file)
    desk.view(desk.grant(draft.request_id, "town"), file, viewer=AGENT)
    audit = desk.grant(draft.request_id, "town", frozenset({"audit"}))
    seen = desk.do(views.looks_of_request, LOOKS, audit).views
    assert [(look.agent_id, look.agent_name, look.what) for look in seen] == [("agent-1", "Accueil", "file")]
    assert seen[0].piece
    with pytest.raises(GrantRefused):
        desk.do(views.looks_of_request, LOOKS, desk.grant(draft.request_id, "town"))


def test_the_looks_of_an_agent_or_of_a_day_are_read_with_the_right_to_the_journal(desk: Desk) -> None:
    looker, (draft, file) = replace(AGENT, id=f"agent-{uuid4()}"), desk.filed()
    desk.view(desk.grant(draft.request_id, "town"), file, viewer=looker)
    auditor = replace(AGENT, permissions=("read_audit_log",))
    today = local_day(Clock().now())

    def found(reader: Actor = auditor, **asked: Any) -> list[Any]:
        with desk.store.viewing(reader) as tx:
            looks = views.looks_of_staff(tx, desk.settings, ListLooks(at_most=10, **asked))
            return [one.request_id for one in looks.views]

    assert found(agent=looker.id) == found(agent=looker.id, day=today) == [str(draft.request_id)]
    assert found(day=today)[0] == str(draft.request_id), "the newest, whatever others looked at that day"
    assert found(agent=f"agent-{uuid4()}") == found(agent=looker.id, day=today - timedelta(days=1)) == []
    for reader in (AGENT, replace(CITIZEN, permissions=("read_audit_log",))):
        with pytest.raises(rules.JournalRefused):
            found(reader, day=today)


def test_a_look_outlives_the_piece_erased_by_a_decision_until_the_towns_term(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, file = desk.filed()
    desk.view(desk.grant(draft.request_id, "town"), file, viewer=AGENT)
    desk.run(lifetime.erase_after_decision, draft.request_id)
    assert desk.said(draft.request_id) == ["DocumentAdded", "DocumentRemoved"]
    assert desk.listed(desk.grant(draft.request_id)) == ()
    audit = desk.grant(draft.request_id, "town", frozenset({"audit"}))

    def kept_after(days: int) -> list[Any]:
        with monkeypatch.context() as at:
            at.setattr(desk.store, "clock", AheadClock(timedelta(days=days)))
            erasure.forget_old_looks(desk.store)
        return [look.piece for look in desk.do(views.looks_of_request, LOOKS, audit).views]

    assert kept_after(days=364) == [None]
    assert kept_after(days=366) == []


def test_pieces_that_came_with_a_request_are_dated_as_it_is_and_say_when_they_end(desk: Desk) -> None:
    draft, filed = desk.draft(), Clock().now() - timedelta(minutes=3)
    desk.hand_in(draft, "piece-identite", "recto.jpg")

    desk.submit(draft, at=filed)

    [listed] = desk.listed(desk.grant(draft.request_id))
    [added] = desk.run(lambda tx: tx.history(f"request-{draft.request_id}"))
    assert listed.added_at == added.event.occurred_at.isoformat() == filed.isoformat()
    assert listed.delete_after == "decision"


def test_a_sensitive_piece_needs_the_right_to_it(desk: Desk) -> None:
    draft, file = desk.filed()
    with pytest.raises(rules.SensitiveFile):
        desk.view(desk.grant(draft.request_id, "town", frozenset({"read"})), file, viewer=AGENT)


def test_the_sweeper_removes_only_objects_without_a_row(desk: Desk, tmp_path) -> None:
    draft = desk.draft()
    kept = desk.hand_in(draft, "piece-identite", "recto.jpg")
    orphan = "7e57ab1e-0000-4000-8000-000000000001"
    lost = tmp_path / "lost"
    lost.write_bytes(b"lost")
    desk.objects.keep(orphan, lost, "text/plain")
    progress = Progress()
    erasure.sweep(desk.store, desk.objects, progress, grace=timedelta(seconds=-5))
    desk.delete_doomed()
    assert orphan not in keys_in_store(desk)
    shown = desk.view(desk.grant(draft.request_id), kept.file_id)
    assert get(shown.get_url)


def test_the_sweeper_removes_nothing_while_unknown_files_are_kept(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orphan, lost = str(uuid4()), tmp_path / "lost"
    lost.write_bytes(b"lost")
    desk.objects.keep(orphan, lost, "text/plain")
    with monkeypatch.context() as patched:
        patched.setattr(desk.store, "settings", replace(desk.store.settings, keep_unknown_files=True))
        assert erasure.sweep(desk.store, desk.objects, Progress(), grace=timedelta(seconds=-5)) == 0
        desk.delete_doomed()
        assert orphan in keys_in_store(desk)

    erasure.sweep(desk.store, desk.objects, Progress(), grace=timedelta(seconds=-5))
    desk.delete_doomed()
    assert orphan not in keys_in_store(desk)


def test_the_sweeper_leaves_objects_of_others_and_logs_them_once(desk: Desk, tmp_path: Path) -> None:
    orphan, foreign = str(uuid4()), ["0000-notes de la mairie.txt", uuid4().hex]
    lost = tmp_path / "lost"
    lost.write_bytes(b"lost")
    for name in (*foreign, orphan):
        desk.objects.keep(name, lost, "text/plain")
    progress = Progress()
    try:
        with capture_logs() as lines:
            for _ in range(2):
                erasure.sweep(desk.store, desk.objects, progress, grace=timedelta(seconds=-5))
                desk.delete_doomed()
        assert keys_in_store(desk) & {orphan, *foreign} == set(foreign)
        assert lines == [{"event": "objects_of_others", "log_level": "warning"}]
    finally:
        desk.objects.remove(foreign)


def test_a_file_of_another_request_does_not_exist(desk: Desk) -> None:
    draft, other = desk.draft(), desk.draft()
    file = desk.hand_in(draft, "piece-identite", "recto.jpg")
    with pytest.raises(Exception, match="n’existe pas"):
        desk.finish(other, file.file_id)


def test_names_are_unreadable_once_the_key_is_destroyed(desk: Desk) -> None:
    draft = desk.draft()
    desk.hand_in(draft, "piece-identite", "recto.jpg")
    desk.destroy_key(str(draft.request_id))
    assert desk.listed(draft) == ()
