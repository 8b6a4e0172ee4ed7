"""A file that is not in the object store as it was kept is named by `verify`, and no other."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.documents.files.grants import Grant
from services.documents.lifetime.verification import Files, verify_files
from services.documents.object_store.objects import StoreUnavailable
from tests.integration.documents.conftest import Desk


def faults(desk: Desk, draft: Grant) -> list[str]:
    """Those of this draft's files; those of other tests lie beside them."""
    found = Files()
    verify_files(desk.settings, found)
    assert found.read >= 2
    return [fault for fault in found.faults if str(draft.request_id) in fault]


def test_a_file_that_is_missing_or_changed_is_named_with_its_request(desk: Desk, tmp_path: Path) -> None:
    draft = desk.draft()
    gone, changed = (desk.hand_in(draft, "piece-identite", f"{name}.jpg") for name in ("a", "b"))
    assert faults(desk, draft) == []

    desk.objects.remove([str(desk.row(gone.file_id).object_key)])
    (tmp_path / "other").write_bytes(b"something else")
    desk.objects.keep(str(desk.row(changed.file_id).object_key), tmp_path / "other", "image/jpeg")

    owner = f"de la demande {draft.request_id}\N{NO-BREAK SPACE}:"
    assert sorted(faults(desk, draft)) == sorted(
        [f"fichier {gone.file_id} {owner} manque", f"fichier {changed.file_id} {owner} modifié"]
    )


def test_a_silent_store_is_not_reported_as_a_lost_file(desk: Desk) -> None:
    desk.hand_in(desk.draft(), "piece-identite", "a.jpg")
    found = Files()
    with pytest.raises(StoreUnavailable):
        verify_files(replace(desk.settings, s3_endpoint="127.0.0.1:9"), found)
    assert found.faults == []
