"""How many files a process examines, and draws a page of, at a time: each is a child process with memory of its own."""

import errno
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from services.documents.inspection import examination
from services.documents.inspection.formats import BY_EXTENSION
from services.documents.inspection.rejection import Rejected
from tests.support.children import children
from tests.support.people import eventually

AT_A_TIME = 2
FILES = 5


class Files:
    """Files whose content never comes, until they are given up: who reads one waits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = [folder / f"source{number}" for number in range(FILES)]
        for path in self.paths:
            os.mkfifo(path)
        self._open: dict[Path, int] = {}

    def read(self) -> list[Path]:
        """Those that a child has begun to read and not ended."""
        for path in self.paths:
            if path not in self._open:
                try:
                    self._open[path] = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
                except OSError as without_reader:
                    assert without_reader.errno == errno.ENXIO
        return [*self._open]

    def give_up(self, path: Path) -> None:
        os.close(self._open.pop(path))
        self.paths.remove(path)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    made = Files(tmp_path)
    yield made
    while made.paths:
        made.give_up(eventually(made.read, "the next file to be read")[0])


def examined(files: Files, path: Path) -> None:
    with pytest.raises(Rejected):
        examination.examine(path, files.folder / "target", BY_EXTENSION["jpg"])


def drawn(files: Files, path: Path) -> None:
    with pytest.raises(Rejected):
        examination.draw(path, files.folder / "target", "image/jpeg", 1)


def test_two_files_are_examined_at_a_time_and_the_others_wait_their_turn(files: Files) -> None:
    with ThreadPoolExecutor(FILES) as threads:
        done: list[Future[None]] = [threads.submit(examined, files, path) for path in files.paths]
        while files.paths:
            eventually(lambda: len(files.read()) == min(AT_A_TIME, len(files.paths)), "the next file to be read")
            assert children(str(files.folder)) <= AT_A_TIME
            files.give_up(files.read()[0])

    assert [one.result() for one in done] == [None] * FILES


def test_a_page_that_would_be_the_third_at_a_time_is_refused(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "DRAWING_SECONDS", 60)  # those at work are not ended meanwhile
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        for path in files.paths[:AT_A_TIME]:
            threads.submit(drawn, files, path)
        eventually(lambda: len(files.read()) == AT_A_TIME, "two pages to be drawn")

        monkeypatch.setattr(examination, "DRAWING_SECONDS", 0.2)
        with pytest.raises(examination.DrawingBusy):
            examination.draw(files.paths[-1], files.folder / "target", "image/jpeg", 1)
        for path in files.read():
            files.give_up(path)
    files.paths.clear()
