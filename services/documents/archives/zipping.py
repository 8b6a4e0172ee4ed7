"""A ZIP file written as it is read, entry by entry, uncompressed: its length is known before its first byte is. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from services.chassis.structs import Struct

LOCAL_HEADER, DATA_DESCRIPTOR, CENTRAL_HEADER, END = 30, 16, 46, 22
"""How many bytes each record of a ZIP file has beside the names of its entries."""
PERMISSIONS = 0o644 << 16


class EntryChanged(Exception):
    """An entry has not the size that was announced: what was written is of no use."""


class Entry(Struct):
    """`chunks` is asked once for the bytes, exactly `size` of them. A path has no leading slash and no dots."""

    path: str
    size: int
    chunks: Callable[[], Iterable[bytes]]


def length(entries: Sequence[Entry]) -> int:
    """How many bytes `zipped` gives."""
    names = [len(entry.path.encode()) for entry in entries]
    records = sum(LOCAL_HEADER + DATA_DESCRIPTOR + CENTRAL_HEADER + 2 * name for name in names)
    return records + sum(entry.size for entry in entries) + END


def zipped(entries: Iterable[Entry], at: datetime) -> Iterator[bytes]:
    """The file, chunk by chunk; never more in memory than a chunk. Raises EntryChanged, and LargeZipFile from 4 GiB on.

    `at`: the local time that each entry bears.
    """
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED, allowZip64=False) as file:
        for entry in entries:
            info = ZipInfo(entry.path, at.timetuple()[:6])
            info.external_attr = PERMISSIONS
            written = 0
            with file.open(info, "w") as target:
                for chunk in entry.chunks():
                    written += len(chunk)
                    target.write(chunk)
                    yield sink.taken()
            if written != entry.size:
                raise EntryChanged(entry.path)
    yield sink.taken()


class _Sink:
    """What ZipFile writes to: it cannot be sought, so sizes come after each entry."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Does nothing: `taken` gives what was written."""

    close = flush

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        data, self._held = bytes(self._held), bytearray()
        return data
