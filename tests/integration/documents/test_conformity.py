"""What agents mark of a piece, and the pages that they look at: on the real database and object store."""

import base64
from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image

from services.chassis.actors import Actor
from services.documents.conformity import use_cases as conformity
from services.documents.files import rows
from services.documents.files.grants import Grant
from services.documents.inspection import examination
from services.documents.intake import preview
from services.documents.lifetime import use_cases as lifetime
from services.documents.pieces import use_cases as handing_in
from services.documents.samples.rules import sample
from services.documents.schemas.pieces import BeginUpload, Document, DrawPage, MarkDocument
from services.documents.schemas.refusals import UnknownFile
from services.townhall.grants import GrantRefused
from services.townhall.pieces import FREE
from tests.integration.documents.conftest import Desk, by, put

AGENT = Actor(kind="agent", id="agent-1", name="Accueil")


def mark(desk: Desk, grant: Grant, seen: Document, *, conforming: bool | None, reason: str = "") -> None:
    files = tuple(UUID(file.id) for file in seen.files)
    asked = MarkDocument(grant="g", document_id=UUID(seen.id), files=files, conforming=conforming, reason=reason)
    desk.do(conformity.mark, asked, grant)


def test_a_mark_stands_until_the_files_of_its_piece_change(desk: Desk) -> None:
    draft, _ = desk.filed()
    holder = desk.grant(draft.request_id)
    town = replace(desk.grant(draft.request_id, "town"), name="Accueil")
    [seen] = desk.listed(town)

    with pytest.raises(GrantRefused):
        mark(desk, holder, seen, conforming=True)
    with pytest.raises(conformity.MarkWithoutReason):
        mark(desk, town, seen, conforming=False)
    mark(desk, town, seen, conforming=False, reason="Illisible")

    [marked], [shown] = desk.listed(town), desk.listed(holder)
    assert marked.conformity is not None and shown.conformity is None
    assert (marked.conformity.conforming, marked.conformity.reason, marked.conformity.agent) == (
        False,
        "Illisible",
        "Accueil",
    )

    desk.hand_in(holder, "piece-identite", "verso.jpg")
    assert desk.listed(town)[0].conformity is None
    with pytest.raises(conformity.DocumentChanged):
        mark(desk, town, seen, conforming=True)


def test_a_page_is_drawn_after_the_look_is_on_record_and_its_number_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "DRAWING_SECONDS", 60)  # the program that draws starts slowly on a busy machine
    draft, file_id = desk.filed()
    town, asked = desk.grant(draft.request_id, "town"), DrawPage(grant="g", file_id=str(file_id), page=1)
    with desk.store.transaction() as tx:
        tx.conn.execute("UPDATE files SET pages = NULL WHERE id = %s", (file_id,))

    drawn = preview.draw(desk.store, by(AGENT), asked, town, desk.objects)

    with Image.open(BytesIO(base64.b64decode(drawn.content))) as picture:
        assert picture.size == (drawn.width, drawn.height)
    looks = desk.run(rows.looks, rows.LOOKS_OF_REQUEST, looked(draft.request_id))
    assert [(one.agent_id, one.piece) for one in looks] == [("agent-1", "Pièce d’identité du demandeur")]
    assert desk.row(file_id).pages == drawn.pages == 1
    with pytest.raises(preview.NoSuchPage):
        preview.draw(desk.store, by(AGENT), replace(asked, page=2), town, desk.objects)


def looked(request_id: UUID) -> dict[str, object]:
    return {"request": request_id, "before_at": "infinity", "before_id": 0, "at_most": 10}


def test_a_document_for_a_decision_is_unseen_until_the_request_is_there(desk: Desk) -> None:
    draft, _ = desk.filed()
    holder, town = desk.grant(draft.request_id), desk.grant(draft.request_id, "town")

    def enclose(status: str, *, examined: bool = True) -> UUID:
        sent = sample("decision.pdf")[0]
        new = BeginUpload(
            grant="g", piece=FREE, label="Décision", filename="decision.pdf", size=len(sent), enclosed_for=status
        )
        begun = desk.address(town, desk.do(handing_in.begin, new, town).file_id)
        put(begun.put_url, sent)
        return desk.finish(town, begun.file_id).file_id if examined else begun.file_id

    refusal, other, late = enclose("refused"), enclose("done"), enclose("scheduled", examined=False)
    assert [one.enclosed_for for one in desk.listed(town)] == [None, "refused", "done"]
    assert len(desk.listed(holder)) == 1
    with pytest.raises(UnknownFile):
        desk.view(holder, refusal)
    assert desk.said(draft.request_id) == ["DocumentAdded"]

    with desk.store.transaction() as tx:
        lifetime.announce_enclosed(tx, draft.request_id, "scheduled", closed=False)
    assert desk.said(draft.request_id) == ["DocumentAdded"]
    desk.finish(town, late)
    with desk.store.transaction() as tx:
        lifetime.announce_enclosed(tx, draft.request_id, "refused", closed=True)

    assert [one.label for one in desk.listed(holder)][1:] == ["Décision", "Décision"]
    assert desk.view(holder, refusal).name == "decision.pdf"
    assert desk.said(draft.request_id) == ["DocumentAdded"] * 3
    assert all(file.id != other for file in desk.files(town.owner))
