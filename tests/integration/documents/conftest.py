"""documents on its own database and buckets; what other services would have published is written as received."""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.event_store.store import Store, Transaction
from services.chassis.settings import Settings
from services.documents.conformity import views as conformity_views
from services.documents.files import rows, views
from services.documents.files.definitions import save_procedure
from services.documents.files.grants import Grant
from services.documents.inspection.scan import Scanner
from services.documents.intake import upload
from services.documents.lifetime import erasure, use_cases as lifetime
from services.documents.object_store.objects import Objects
from services.documents.pieces import use_cases
from services.documents.samples.rules import sample
from services.documents.schemas import owner as owners, pieces
from services.documents.schemas.owner import Owner
from services.documents.schemas.storage import OpenStored, ReadStorage, StorageSpace, StoredBytes, Storing
from services.townhall.grants import Right, Side
from tests.support import published

ALL = frozenset({Right.READ, Right.DOCUMENTS, Right.SENSITIVE})
CITIZEN = Actor(kind="citizen", id="citizen-1")

T = TypeVar("T")


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    store = Store(settings, "documents")
    yield store
    store.close()


@pytest.fixture(scope="module")
def objects(settings: Settings) -> Objects:
    objects = Objects(settings)
    objects.make_buckets()
    return objects


@dataclass
class Desk:
    """What a person does at the counter, by the use cases alone."""

    store: Store
    objects: Objects
    settings: Settings
    scanner: Scanner = field(default_factory=lambda: Scanner(""))

    def draft(self, procedure: str = "acte-naissance") -> Grant:
        return replace(self.grant(uuid4(), rights=frozenset({Right.UPLOAD})), procedure=procedure, version=1)

    def grant(self, request_id: UUID, side: str = "citizen", rights: frozenset[Right] = ALL) -> Grant:
        return Grant(owner=owners.request(request_id), side=Side(side), rights=rights)

    def announce(self, grant: Grant, piece: str, name: str, size: int, label: str | None = None) -> Storing:
        new = pieces.BeginUpload(grant="g", piece=piece, label=label, filename=name, size=size)
        return self.address(grant, self.do(use_cases.begin, new, grant).file_id)

    def address(self, grant: Grant, file_id: UUID) -> Storing:
        return upload.address(self.store, self.objects, grant, file_id)

    def do(self, act: Callable[..., T], asked: object, *given: object) -> T:
        """What an entrypoint does with a use case or a view, in one transaction."""
        with self.store.transaction(actor=CITIZEN) as tx:
            return act(tx, self.settings, asked, *given)

    def run(self, act: Callable[..., T], *given: object) -> T:
        """One act of the service, in a transaction of its own."""
        with self.store.transaction() as tx:
            return act(tx, *given)

    def end_draft(self, draft: Grant) -> None:
        self.run(lambda tx: lifetime.end_draft(tx, draft.request_id, tx.now))

    def destroy_key(self, key: str) -> None:
        self.run(lambda tx: tx.destroy_key(key))

    def know(self, request_id: UUID, procedure: str) -> None:
        """As it is kept that this request is one of that procedure."""
        known = {"id": request_id, "procedure": procedure, "version": 1}
        self.run(lambda tx: tx.conn.execute(rows.SAVE_REQUEST, known))

    def finish(self, grant: Grant, file_id: UUID) -> pieces.Uploaded:
        asked = pieces.FinishUpload(grant="g", file_id=str(file_id))
        return upload.finish(self.store, by(CITIZEN), asked, grant, self.objects, self.scanner)

    def view(self, grant: Grant, file_id: UUID, *, viewer: Actor = CITIZEN) -> StoredBytes:
        return upload.view(self.store, by(viewer), OpenStored(file_id=file_id), grant, self.objects)

    def listed(self, grant: Grant) -> tuple[pieces.Document, ...]:
        return self.do(conformity_views.listed, pieces.ListDraftDocuments(grant="g"), grant).documents

    def stored(self, holder: Grant) -> StorageSpace:
        return self.do(views.stored, ReadStorage(), holder)

    def files(self, owner: Owner) -> list[rows.File]:
        with self.store.read() as conn:
            return rows.files_of(conn, owner)

    def row(self, file_id: UUID) -> rows.File:
        with self.store.read() as conn:
            found = rows.file(conn, file_id)
        assert found is not None
        return found

    def remove(self, grant: Grant, file_id: UUID) -> None:
        self.do(use_cases.remove_file, pieces.RemoveFile(grant="g", file_id=str(file_id)), grant)

    def delete_doomed(self) -> None:
        while erasure.delete_doomed(self.store, self.objects):
            pass

    def hand_in(self, grant: Grant, piece: str, name: str, content: bytes | None = None) -> pieces.Uploaded:
        """Announces, sends and finishes one file; its bytes are drawn from its name unless given."""
        sent = sample(name)[0] if content is None else content
        begun = self.announce(grant, piece, name, len(sent))
        put(begun.put_url, sent)
        return self.finish(grant, begun.file_id)

    def submit(self, draft: Grant, procedure: str = "acte-naissance", at: datetime | None = None) -> None:
        """The draft is frozen, then RequestSubmitted is received: of this moment, or of that instant."""
        self.freeze(draft)
        self.hear_of(draft, procedure, at)

    def filed(self) -> tuple[Grant, UUID]:
        """A request that was submitted with one file of the piece `piece-identite`; the grant of its draft, and the file."""
        draft = self.draft()
        file_id = self.hand_in(draft, "piece-identite", "recto.jpg").file_id
        self.submit(draft)
        return draft, file_id

    def freeze(self, draft: Grant) -> None:
        self.run(use_cases.freeze_ready, draft, None)

    def hear_of(self, draft: Grant, procedure: str = "acte-naissance", at: datetime | None = None) -> None:
        self.know(draft.request_id, procedure)
        self.run(lambda tx: lifetime.bind(tx, draft.request_id, at or tx.now))

    def said(self, request_id: UUID) -> list[str]:
        return [type(one.event).__name__ for one in self.run(lambda tx: tx.history(f"request-{request_id}"))]


@pytest.fixture(scope="module")
def desk(store: Store, objects: Objects, settings: Settings, town: dict[str, Any]) -> Desk:
    with store.transaction() as tx:
        for slug in published.slugs():
            save_procedure(tx.conn, slug, 1, published.definition(slug))
        rows.save_town(tx.conn, 1, town["town"]["portal_settings"])
    return Desk(store, objects, settings)


def by(actor: Actor) -> Call:
    return Call(method="", actor=actor, body={})


def lay(tx: Transaction, owner: Owner, *, key: UUID | None = None, size: int = 1) -> rows.File:
    """A piece of that owner with one ready file, whose bytes lie under that key, or are read by no test."""
    document_id, file_id, label = uuid4(), uuid4(), tx.seal(owner.key, "Devis")
    rows.add_document(tx.conn, owner, document_id, tx.now, piece="autre", side="citizen", label=label)
    file = {
        "id": file_id,
        "document_id": document_id,
        "object_key": key or uuid4(),
        "extension": "pdf",
        "name": tx.seal(owner.key, "devis.pdf"),
        "bytes": size,
        "sha256": "0" * 64,
        "media_type": "application/pdf",
        "at": tx.now,
    }
    tx.conn.execute(rows.IMPORT_FILE, file)
    [found] = [one for one in rows.files_of(tx.conn, owner) if one.id == file_id]
    return found


def put(url: str, content: bytes) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, data=content, method="PUT"), timeout=10):
        pass


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def gone(url: str) -> bool:
    """Whether the object store has nothing at that address, or an empty object."""
    try:
        return not get(url)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code == 404
