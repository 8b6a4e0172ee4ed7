"""A place in the agents' list: signed, of one order, and never a name of an applicant."""

import pytest

from services.chassis.settings import Settings
from services.requests import refusals
from services.requests.worklist import cursors
from services.requests.worklist.cursors import Place

SETTINGS = Settings(signing_key=b"k" * 32)
PLACE = Place(sort="status", values=("in_review", "true", "2026-12-02", "0d6f1e5a"), rank=50)


def test_a_place_is_read_as_it_was_written() -> None:
    written = cursors.written(SETTINGS, PLACE)

    assert cursors.read(SETTINGS, written, "status", 4) == PLACE
    assert len(written) < 300


def test_the_end_of_any_list_has_one_name() -> None:
    assert cursors.read(SETTINGS, "end", "-number", 1) == Place(sort="-number", before=True)


@pytest.mark.parametrize(("sort", "parts"), [("-status", 4), ("due", 4), ("status", 3), ("status", 5)])
def test_a_place_of_another_order_is_refused(sort: str, parts: int) -> None:
    with pytest.raises(refusals.CursorUnknown) as refused:
        cursors.read(SETTINGS, cursors.written(SETTINGS, PLACE), sort, parts)
    assert list(refused.value.fields) == ["cursor"]


@pytest.mark.parametrize("change", ["A", "", "ends"])
def test_a_changed_cursor_is_refused(change: str) -> None:
    written = cursors.written(SETTINGS, PLACE)

    with pytest.raises(refusals.CursorUnknown):
        cursors.read(SETTINGS, change or written[:-1], "status", 4)
    with pytest.raises(refusals.CursorUnknown):
        cursors.read(Settings(signing_key=b"o" * 32), written, "status", 4)
