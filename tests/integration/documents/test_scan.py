"""The virus scan, against a daemon that speaks clamd's protocol and knows one signature: that of the EICAR test file."""

import io
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pikepdf
import pytest

from services.documents.inspection.examination import REASONS
from services.documents.inspection.rejection import Rejected
from services.documents.inspection.scan import CHUNK_BYTES, Scanner, ScannerUnavailable
from services.documents.lifetime.late_scan import scan_unscanned
from services.documents.lifetime.progress import Progress
from tests.integration.documents.conftest import Desk
from tests.integration.documents.test_storage import add, holder
from tests.support.eicar import EICAR, infected_pdf

Reply = Callable[[bytes], bytes]


def as_clamd(content: bytes) -> bytes:
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


def streamed(source: BinaryIO) -> bytes:
    """What comes after zINSTREAM: pieces, each behind its length, until a length of 0."""
    content = b""
    while size := struct.unpack("!I", source.read(4))[0]:
        assert size <= CHUNK_BYTES
        content += source.read(size)
    return content


@contextmanager
def daemon(reply: Reply) -> Iterator[str]:
    """Its address."""

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if self.rfile.read(10) == b"zINSTREAM\0":
                self.wfile.write(reply(streamed(self.rfile)))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield "{}:{}".format(*server.server_address)
        server.shutdown()


@pytest.fixture
def clamd() -> Iterator[str]:
    with daemon(as_clamd) as address:
        yield address


def scan_all(desk: Desk, address: str) -> None:
    progress = Progress()
    while scan_unscanned(desk.store, desk.objects, Scanner(address), progress):
        pass


def kept(folder: Path, content: bytes) -> Path:
    file = folder / "kept"
    file.write_bytes(content)
    return file


def test_the_test_file_of_all_scanners_is_found_also_across_two_pieces(clamd: str, tmp_path: Path) -> None:
    with pytest.raises(Rejected) as refused:
        Scanner(clamd).scan(kept(tmp_path, EICAR))

    assert refused.value.code == "infected"
    with pytest.raises(Rejected):
        Scanner(clamd).scan(kept(tmp_path, bytes(CHUNK_BYTES - 10) + EICAR))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 10_000_000])
def test_a_file_without_a_known_signature_is_clean_whatever_its_size(clamd: str, tmp_path: Path, size: int) -> None:
    assert Scanner(clamd).scan(kept(tmp_path, bytes(size))) == "clean"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: Eicar-Test"])
def test_an_unclear_answer_of_the_scanner_refuses_the_file(tmp_path: Path, answer: bytes) -> None:
    with daemon(lambda _: answer) as address, pytest.raises(ScannerUnavailable):
        Scanner(address).scan(kept(tmp_path, b"x"))


def test_a_stopped_scanner_refuses_every_file(tmp_path: Path) -> None:
    with daemon(as_clamd) as address:
        pass

    with pytest.raises(ScannerUnavailable):
        Scanner(address).scan(kept(tmp_path, b"x"))


def test_without_a_scanner_a_file_is_not_scanned_now_or_later(tmp_path: Path, desk: Desk) -> None:
    assert Scanner("").scan(kept(tmp_path, EICAR)) == "not_scanned"
    desk.hand_in(desk.draft(), "piece-identite", "recto.jpg")
    assert scan_unscanned(desk.store, desk.objects, Scanner(""), Progress()) == 0


def test_an_infected_file_is_refused_with_the_reason(desk: Desk) -> None:
    def opened(content: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return as_clamd(pdf.pages[0].Contents.read_bytes())

    with daemon(opened) as address:
        scanned = replace(desk, scanner=Scanner(address))
        outcome = scanned.hand_in(desk.draft(), "piece-identite", "piece.pdf", infected_pdf())

    assert (outcome.state, outcome.reason) == ("refused", REASONS["infected"])


def test_an_unscanned_file_is_scanned_once_there_is_a_scanner(desk: Desk, tmp_path: Path) -> None:
    draft, other = desk.draft(), desk.draft()
    files = [desk.hand_in(one, "piece-identite", "recto.jpg") for one in (draft, other)]
    desk.submit(draft)
    with daemon(lambda _: b"stream: Late-Signature FOUND\0") as address:
        scan_all(desk, address)

    assert desk.said(draft.request_id) == ["DocumentAdded", "FileRejected"]
    assert desk.listed(desk.grant(draft.request_id)) == ()
    outcome = desk.finish(other, files[1].file_id)
    assert (outcome.state, outcome.reason) == ("refused", REASONS["infected"])


def test_a_file_of_a_space_rejected_by_a_late_scan_is_listed_for_its_holder(desk: Desk) -> None:
    who = holder()
    add(desk, who, "Livret de famille", "livret.pdf")
    with daemon(lambda _: b"stream: Late-Signature FOUND\0") as address:
        scan_all(desk, address)

    space = desk.stored(who)
    assert [(one.label, one.name) for one in space.rejected] == [("Livret de famille", "livret.pdf")]
    assert (space.documents, space.taken) == ((), 0)
    with desk.store.transaction() as tx:
        [outcome] = tx.history(who.owner.stream)
    assert (type(outcome.event).__name__, outcome.subject) == ("StoredFileRejected", str(who.owner.id))


def test_a_file_found_clean_by_a_late_scan_is_marked_clean(desk: Desk, clamd: str) -> None:
    draft = desk.draft()
    desk.hand_in(draft, "piece-identite", "recto.jpg")
    progress = Progress()
    for _ in range(50):
        scan_unscanned(desk.store, desk.objects, Scanner(clamd), progress)
    assert {file.scan for file in desk.files(draft.owner)} == {"clean"}
