"""A ZIP file written as it is read: any reader opens it, and its length was known before."""

import io
import zipfile
from datetime import datetime

import pytest

from services.documents.archives.zipping import Entry, EntryChanged, length, zipped

AT = datetime(2026, 11, 28, 9, 30)


def entry(path: str, *chunks: bytes, size: int | None = None) -> Entry:
    return Entry(path=path, size=sum(map(len, chunks)) if size is None else size, chunks=lambda: chunks)


def test_an_archive_opens_with_its_entries_and_has_the_announced_length() -> None:
    entries = [
        entry("mes-données.html", b"<p>", b"Bonjour"),
        entry("fichiers/2026-7K4M-93QX/Pièce d’identité/recto.pdf", bytes(range(256)) * 1000),
        entry("vide.txt"),
    ]

    written = b"".join(zipped(entries, AT))

    assert len(written) == length(entries)
    with zipfile.ZipFile(io.BytesIO(written)) as file:
        assert file.testzip() is None
        assert [info.filename for info in file.infolist()] == [one.path for one in entries]
        assert file.read("mes-données.html") == b"<p>Bonjour"
        assert file.infolist()[0].date_time == (2026, 11, 28, 9, 30, 0)


def test_an_archive_is_streamed_while_its_entries_are_read() -> None:
    read: list[int] = []

    def chunks() -> object:
        for number in range(3):
            read.append(number)
            yield b"x" * 1000

    given = zipped([Entry(path="a", size=3000, chunks=chunks)], AT)
    next(given)

    assert read == [0]


@pytest.mark.parametrize("size", [2, 4])
def test_an_entry_of_another_size_than_announced_ends_the_archive(size: int) -> None:
    with pytest.raises(EntryChanged):
        b"".join(zipped([entry("a", b"123", size=size)], AT))
