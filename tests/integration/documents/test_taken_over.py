"""Two callers who examine one file: the second took over because the first was slow. One of them decides, once.

Both have the same object before them, so that the one that no longer decides must leave it alone.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.chassis.event_store.store import Transaction
from services.documents.files import rows
from services.documents.files.grants import Grant
from services.documents.inspection.examination import Examined
from services.documents.inspection.scan import Scanner
from services.documents.intake import upload, use_cases as examining
from services.documents.intake.upload import BeingExamined
from services.documents.intake.use_cases import EXAMINATION_LEASE
from services.documents.samples.rules import sample
from services.documents.schemas.refusals import UnknownFile
from tests.integration.documents.conftest import Desk, get, put
from tests.support.clocks import AheadClock

NAME = "recto.jpg"
Decision = Callable[[Transaction, rows.File], object]


class MovedClock(AheadClock):
    def let_the_lease_end(self) -> None:
        self.ahead += EXAMINATION_LEASE + timedelta(seconds=1)


class Meanwhile(Scanner):
    """Lets something happen while a file is examined."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__("")
        self._happens = happens

    def scan(self, file: Path) -> str:
        self._happens()
        return super().scan(file)


@pytest.fixture
def clock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    moved = MovedClock()
    monkeypatch.setattr(desk.store, "clock", moved)
    return moved


def sent(desk: Desk, draft: Grant) -> UUID:
    """A file whose bytes have come, and that is not examined yet."""
    content = sample(NAME)[0]
    begun = desk.announce(draft, "piece-identite", NAME, len(content))
    put(begun.put_url, content)
    return begun.file_id


def begin(desk: Desk, draft: Grant, file_id: UUID) -> rows.File:
    """One caller begins to examine it."""
    file, mine = desk.run(examining.begin_examination, draft, file_id)
    assert mine
    return file


def is_kept(desk: Desk, draft: Grant, file_id: UUID) -> bool:
    """The file is ready and its bytes can be had, whatever was to be deleted."""
    desk.delete_doomed()
    shown = desk.view(desk.grant(draft.request_id), file_id)
    return bool(get(shown.get_url))


def accepts(tx: Transaction, file: rows.File) -> None:
    examining.accept(tx, file, Examined(type="image/jpeg", size=1, sha256="0" * 64), "not_scanned")


def refuses(tx: Transaction, file: rows.File) -> None:
    examining.refuse(tx, file, "unreadable")


def overtaken(desk: Desk, clock: MovedClock) -> tuple[Grant, UUID, rows.File]:
    """A draft, its file, and the file as a caller has it whose examination took longer than the lease."""
    draft = desk.draft()
    file_id = sent(desk, draft)
    slow = begin(desk, draft, file_id)
    clock.let_the_lease_end()
    return draft, file_id, slow


DECISIONS = [accepts, refuses, examining.abandon]


def test_a_file_answered_as_ready_stays_though_a_slower_examination_ends_later(desk: Desk, clock: MovedClock) -> None:
    draft = desk.draft()
    file_id, answer = sent(desk, draft), []

    def another_takes_over() -> None:
        clock.let_the_lease_end()
        answer.append(desk.finish(draft, file_id))

    slow = replace(desk, scanner=Meanwhile(another_takes_over)).finish(draft, file_id)

    assert [slow] == answer
    assert slow.state == "ready"
    assert is_kept(desk, draft, file_id)


@pytest.mark.parametrize("decides", DECISIONS)
def test_the_slower_caller_decides_nothing_while_another_examines_or_it_is_ready(
    desk: Desk, clock: MovedClock, decides: Decision
) -> None:
    draft, file_id, slow = overtaken(desk, clock)
    begin(desk, draft, file_id)

    desk.run(decides, slow)

    assert desk.row(file_id).state == "examining"
    clock.let_the_lease_end()
    answer = desk.finish(draft, file_id)
    assert answer.state == "ready"

    desk.run(decides, slow)

    assert desk.finish(draft, file_id) == answer
    assert is_kept(desk, draft, file_id)


def test_the_slower_caller_leaves_the_bytes_to_the_one_that_took_over(
    desk: Desk, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = desk.draft()
    file_id = sent(desk, draft)

    def another_takes_over() -> None:
        clock.let_the_lease_end()
        begin(desk, draft, file_id)

    with monkeypatch.context() as impatient, pytest.raises(BeingExamined):
        impatient.setattr(upload, "PATIENCE_SECONDS", 0)
        replace(desk, scanner=Meanwhile(another_takes_over)).finish(draft, file_id)

    clock.let_the_lease_end()
    assert desk.finish(draft, file_id).state == "ready"
    assert is_kept(desk, draft, file_id)


def test_a_file_taken_back_while_it_is_examined_leaves_no_object(desk: Desk) -> None:
    draft = desk.draft()
    file_id = sent(desk, draft)
    key = str(desk.row(file_id).object_key)

    def it_is_taken_back() -> None:
        desk.remove(draft, file_id)
        desk.delete_doomed()

    with pytest.raises(UnknownFile):
        replace(desk, scanner=Meanwhile(it_is_taken_back)).finish(draft, file_id)

    desk.delete_doomed()
    assert desk.objects.digest(key) is None


def test_a_file_that_another_refused_leaves_no_object_of_the_slower_caller(desk: Desk, clock: MovedClock) -> None:
    draft = desk.draft()
    file_id = sent(desk, draft)
    key = str(desk.row(file_id).object_key)

    def another_refuses_it() -> None:
        clock.let_the_lease_end()
        another = begin(desk, draft, file_id)
        desk.run(examining.refuse, another, "unreadable")
        desk.delete_doomed()

    slow = replace(desk, scanner=Meanwhile(another_refuses_it)).finish(draft, file_id)

    assert slow.state == "refused"
    desk.delete_doomed()
    assert desk.objects.digest(key) is None


def test_bytes_that_come_again_for_a_file_that_is_ready_do_not_stay(desk: Desk) -> None:
    draft = desk.draft()
    file_id = sent(desk, draft)
    key, answer = str(desk.row(file_id).object_key), desk.finish(draft, file_id)

    put(desk.address(draft, file_id).put_url, sample(NAME)[0])

    assert desk.finish(draft, file_id) == answer
    assert key not in [name for name, _ in desk.objects.uploads()]
