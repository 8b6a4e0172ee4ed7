"""The making of archives: parts are read of each service, written as texts, then streamed with the files into one object.

No transaction is open while bytes move, and memory holds a page of requests or a chunk of a file, never more. Killed
anywhere, it is made anew by the process that takes it over.
"""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from uuid import UUID

from services.chassis.calls import Call
from services.chassis.errors import NotFound, Unavailable
from services.chassis.event_store.store import Store
from services.chassis.logs import get_logger
from services.chassis.rpc.client import RpcClient
from services.documents.archives import archive_parts as parts, rows, use_cases as archives, views
from services.documents.archives.archive_pages import DATA, PAGE, Texts
from services.documents.archives.archive_parts import ArchivedFile, DraftWithPieces, OpenedFile, PersonParts, Piece
from services.documents.archives.rows import ArchiveRow
from services.documents.archives.rules import LEASE, MOST_BYTES
from services.documents.archives.zipping import Entry, EntryChanged, length, zipped
from services.documents.files.grants import Grant
from services.documents.inspection.examination import workplace
from services.documents.object_store.objects import CHUNK_BYTES, Objects, StoreUnavailable
from services.documents.other_services import OtherServices
from services.documents.schemas.archives import OpenArchive
from services.documents.schemas.owner import SPACE
from services.documents.schemas.storage import StoredBytes
from services.messaging.schemas.own_data import OwnThread
from services.requests.schemas.own_data import OwnDraft
from services.townhall.grants import Side
from services.townhall.town_time import TOWN_TIME

EXTEND_AFTER_SECONDS = LEASE.total_seconds() / 4
LONGEST_NAME = 80
NOT_IN_A_PATH = re.compile(r"[^\w .,'’()-]+")

log = get_logger(__name__)


class Superseded(Exception):
    """The archive was dropped meanwhile, or another process makes it."""


class Stopping(Exception):
    """This process is to end."""


def make_due(store: Store, objects: Objects, client: RpcClient) -> float | None:
    """Makes those that are due, one at a time; in how many seconds the next one will be, None where none waits."""
    while _make_next(store, objects, client):
        pass
    with store.read() as conn:
        return rows.due_in(conn, store.clock.now())


def open_ready(store: Store, call: Call, _: OpenArchive, grant: Grant, objects: Objects) -> StoredBytes:
    """Where the bytes of one that is ready can be read for two minutes. Raises NoArchive."""
    with store.viewing(call.actor) as tx:
        ready = views.to_open(tx, grant)
    return StoredBytes(
        get_url=objects.download_address(str(ready.object_key)),
        name=views.filename(ready),
        type="application/zip",
        size=ready.bytes or 0,
    )


def _make_next(store: Store, objects: Objects, client: RpcClient) -> bool:
    with store.transaction() as tx:
        taken = archives.take(tx)
    if taken is None:
        return False
    try:
        _make(store, objects, client, taken)
    except Superseded:
        log.info("archive_superseded", correlation_id=taken.correlation_id)
    except Stopping:
        with store.transaction() as tx:
            archives.release(tx, taken)
        return False
    except NotFound as gone:  # the account is closed, or the request erased
        log.info("archive_given_up", outcome=gone.code, correlation_id=taken.correlation_id)
        with store.transaction() as tx:
            archives.give_up(tx, taken)
    except Exception as error:
        with store.transaction() as tx:
            archives.put_off(tx, taken)
        if not isinstance(error, (Unavailable, EntryChanged)):
            raise
        log.warning("archive_waits", error=type(error).__name__, correlation_id=taken.correlation_id)
    return True


def _make(store: Store, objects: Objects, client: RpcClient, taken: ArchiveRow) -> None:
    lease = _Lease(store, taken)
    with workplace() as folder:
        files = _Files(objects, lease)
        _write_texts(store, client, taken, folder, files, lease)
        texts = [_text(folder / name) for name in (PAGE, DATA)]
        entries = [*texts, *files.entries]
        size = length(entries)
        made_at = store.clock.now().astimezone(TOWN_TIME)
        objects.keep_streamed(str(taken.object_key), zipped(entries, made_at), size, "application/zip")
    with store.transaction(correlation_id=taken.correlation_id) as tx:
        if not archives.finish(tx, taken, size):
            raise Superseded


def _write_texts(
    store: Store, client: RpcClient, taken: ArchiveRow, folder: Path, files: "_Files", lease: "_Lease"
) -> None:
    services = OtherServices(client, taken.correlation_id)
    texts = Texts(folder)
    try:
        person = _person(store, services, taken.owner_id, files) if taken.owner_kind == SPACE else None
        texts.begin(site=store.settings.public_url, made_at=store.clock.now(), person=person)
        for page in filter(None, services.request_pages(taken.owner)):
            lease.extend()
            ids = [request.id for request in page]
            threads, opened = services.threads(ids), parts.files_of_requests(store, ids)
            for request in page:
                pieces = files.placed(opened.get(request.id, ()), f"fichiers/{request.number}")
                texts.add_request(request, pieces, threads.get(request.id) or OwnThread(request_id=request.id))
                time.sleep(0)  # lets the calls of this process have their turn
        texts.end()
    finally:
        texts.close()


def _person(store: Store, services: OtherServices, account_id: UUID, files: "_Files") -> PersonParts:
    return PersonParts(
        accounts=services.space(account_id),
        requests=_drafts(store, services.drafts(account_id), files),
        messaging=services.mails(account_id),
        content=services.opened_news(account_id),
        documents=files.placed(parts.stored_files(store, account_id), "fichiers/espace de stockage"),
    )


def _drafts(store: Store, drafts: Sequence[OwnDraft], files: "_Files") -> tuple[DraftWithPieces, ...]:
    opened = parts.files_of_requests(store, [draft.id for draft in drafts])
    folder = "fichiers/brouillons"
    return tuple((one, files.placed(opened.get(one.id, ()), f"{folder}/{one.procedure}")) for one in drafts)


class _Lease:
    """Extends the lease of this process on the archive while it is made. Raises Superseded once another process has it, and
    Stopping."""

    def __init__(self, store: Store, taken: ArchiveRow) -> None:
        self._store = store
        self._taken = taken
        self._extended = time.monotonic()

    def extend(self) -> None:
        if self._store.signals.stopping:
            raise Stopping
        if time.monotonic() - self._extended < EXTEND_AFTER_SECONDS:
            return
        with self._store.transaction() as tx:
            if not archives.go_on(tx, self._taken):
                raise Superseded
        self._extended = time.monotonic()


class _Files:
    """The files of an archive, each with a path that no other one has."""

    def __init__(self, objects: Objects, lease: _Lease) -> None:
        self._objects = objects
        self._lease = lease
        self._taken: set[str] = set()
        self._bytes = 0
        self.entries: list[Entry] = []

    def placed(self, files: Iterable[OpenedFile], folder: str) -> tuple[Piece, ...]:
        """Encloses the files in that folder; the pieces that they make up."""
        folder = "/".join(in_path(part) for part in folder.split("/"))
        of_documents = groupby(files, key=lambda file: file.row.document_id)
        return tuple(self._piece(list(group), folder) for _, group in of_documents)

    def _piece(self, files: Sequence[OpenedFile], folder: str) -> Piece:
        label, row = files[0].label, files[0].row
        enclosed = tuple(self._enclosed(file, f"{folder}/{in_path(label)}") for file in files)
        return Piece(label=label, from_town=row.side is Side.TOWN, added_at=row.added_at.isoformat(), files=enclosed)

    def _enclosed(self, file: OpenedFile, folder: str) -> ArchivedFile:
        size, path = file.row.kept_bytes or 0, ""
        if self._bytes + size <= MOST_BYTES:
            self._bytes += size
            path = self._path(folder, file.name)
            self.entries.append(Entry(path=path, size=size, chunks=partial(self._chunks, str(file.row.object_key))))
        return ArchivedFile(name=file.name, size=size, type=file.row.media_type, path=path)

    def _path(self, folder: str, name: str) -> str:
        stem, dot, ending = in_path(name).rpartition(".")
        path, number = f"{folder}/{stem}{dot}{ending}", 1
        while path.casefold() in self._taken:
            number += 1
            path = f"{folder}/{stem} ({number}){dot}{ending}"
        self._taken.add(path.casefold())
        return path

    def _chunks(self, key: str) -> Iterator[bytes]:
        with self._objects.kept_content(key) as chunks:
            if chunks is None:  # the person has removed it since: what was written is made anew, without it
                raise StoreUnavailable
            for chunk in chunks:
                self._lease.extend()
                yield chunk


def in_path(words: str) -> str:
    """As the name of a folder or a file that every system takes."""
    return NOT_IN_A_PATH.sub("-", words).strip(" .-")[-LONGEST_NAME:].strip(" .-") or "sans nom"


def _text(path: Path) -> Entry:
    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    return Entry(path=path.name, size=path.stat().st_size, chunks=chunks)
