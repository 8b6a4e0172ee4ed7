"""Copies of requests and drafts are made anew; documents and files are the service's own truth and are left alone."""

from uuid import UUID, uuid4

import pytest

from services.chassis.process.rebuild import rebuild
from services.chassis.settings import Settings
from services.documents.files.grants import Grant
from services.documents.files.rules import DraftEnded
from tests.integration.documents.conftest import Desk
from tests.support import published
from tests.support.heard import hear
from tests.support.readable import rows_of

BIRTH = "acte-naissance"
TABLES = ("town", "procedures", "requests", "ended_drafts", "documents", "files", "doomed_objects", "staff_views")


def rows(desk: Desk) -> dict[str, list[str]]:
    with desk.store.read() as conn:
        return rows_of(conn, TABLES)


def submitted(desk: Desk, draft: Grant) -> UUID:
    desk.freeze(draft)
    at = desk.store.clock.now().isoformat()
    hear(desk.store, "requests", "RequestSubmitted", draft.request_id, procedure=BIRTH, version=1, submitted_at=at)
    return draft.request_id


def test_a_rebuild_knows_which_requests_are_closed_and_which_drafts_ended(desk: Desk, settings: Settings) -> None:
    with desk.store.read() as conn:
        for table in ("town", "procedures", "requests", "ended_drafts", "documents", "heard"):
            conn.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
    hear(desk.store, "procedures", "TownPublished", "town", **{"version": 1, **published.town()})
    definition = {"slug": BIRTH, "version": 1, "definition": published.definition(BIRTH)}
    hear(desk.store, "procedures", "ProcedurePublished", BIRTH, **definition)
    ids = []
    for _ in range(4):
        draft = desk.draft()
        desk.hand_in(draft, "piece-identite", "recto.jpg")
        ids.append(submitted(desk, draft))
    waits, decided, withdrawn, erased = ids
    hear(desk.store, "requests", "RequestStatusChanged", waits, to_status="in_review", closed=False)
    hear(desk.store, "requests", "RequestStatusChanged", decided, to_status="done", closed=True)
    hear(desk.store, "requests", "RequestCancelled", withdrawn, by="citizen", from_status="submitted")
    hear(desk.store, "requests", "RequestErased", erased, elimination=str(uuid4()))
    given_up = desk.draft()
    hear(desk.store, "requests", "DraftDiscarded", given_up.request_id)
    before, said = rows(desk), [desk.said(one) for one in ids]
    with desk.store.read() as conn:
        closed = {row["id"]: row["closed"] for row in conn.execute("SELECT id, closed FROM requests").fetchall()}
        conn.execute("UPDATE requests SET closed = NOT closed")
        conn.execute("DELETE FROM ended_drafts")
    assert closed == {waits: False, decided: True, withdrawn: True, erased: True}

    assert set(rebuild(settings, "documents").rows) == {"town", "procedures", "requests", "ended_drafts"}
    assert rows(desk) == before
    assert [desk.said(one) for one in ids] == said
    assert len(desk.listed(desk.grant(waits))) == 1
    with pytest.raises(DraftEnded):
        desk.announce(given_up, "piece-identite", "tard.jpg", 1000)
