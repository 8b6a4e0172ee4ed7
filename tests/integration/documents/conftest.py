"""documents on its own database and buckets; what other services would have said is written as it was heard."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.event_store.store import Store
from services.chassis.settings import Settings
from services.documents.files import rows, steps as file_changes
from services.documents.files.grants import Grant
from services.documents.inspection.scan import Scanner
from services.documents.intake import upload
from services.documents.lifetime import erasure, use_cases as lifetime
from services.documents.object_store.objects import Objects
from services.documents.pieces import use_cases
from services.documents.samples.rules import sample
from services.documents.schemas import owner as owners
from services.documents.schemas.pieces import BeginUpload, Uploaded
from services.documents.schemas.storage import StoredBytes, Storing
from tests.support import published

ALL = frozenset({"read", "documents", "sensitive"})


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
        return Grant(
            owner=owners.request(uuid4()), side="citizen", rights=frozenset({"upload"}), procedure=(procedure, 1)
        )

    def grant(self, request_id: UUID, side: str = "citizen", rights: frozenset[str] = ALL) -> Grant:
        return Grant(owner=owners.request(request_id), side=side, rights=rights, procedure=None)

    def announce(self, grant: Grant, piece: str, name: str, size: int, label: str | None = None) -> Storing:
        new = BeginUpload(grant="g", piece=piece, label=label, filename=name, size=size)
        ids = file_changes.NewIds(file=uuid4(), document=uuid4(), object_key=uuid4())
        with self.store.transaction() as tx:
            begun = use_cases.begin(tx, grant, new, ids)
        return self.address(grant, UUID(begun["file_id"]))

    def address(self, grant: Grant, file_id: UUID) -> Storing:
        return upload.address(self.store, self.objects, grant, file_id)

    def finish(self, grant: Grant, file_id: UUID) -> Uploaded:
        return upload.finish(self.store, self.objects, self.scanner, grant, file_id)

    def view(self, grant: Grant, file_id: UUID, *, viewer: Actor) -> StoredBytes:
        return upload.view(self.store, self.objects, grant, file_id, viewer=viewer)

    def delete_doomed(self) -> None:
        while erasure.delete_doomed(self.store, self.objects):
            pass

    def hand_in(self, grant: Grant, piece: str, name: str, content: bytes | None = None) -> Uploaded:
        """Announces, sends and finishes one file; its bytes are drawn from its name unless given."""
        sent = sample(name)[0] if content is None else content
        begun = self.announce(grant, piece, name, len(sent))
        put(begun.put_url, sent)
        return self.finish(grant, begun.file_id)

    def submit(self, draft: Grant, procedure: str = "acte-naissance", at: datetime | None = None) -> None:
        """The draft is frozen, then RequestSubmitted is heard: of this moment, or of that instant."""
        self.freeze(draft)
        self.hear_of(draft, procedure, at)

    def filed(self) -> tuple[Grant, UUID]:
        """A request that was submitted with one file of the piece `piece-identite`; the grant of its draft, and the file."""
        draft = self.draft()
        file_id = self.hand_in(draft, "piece-identite", "recto.jpg").file_id
        self.submit(draft)
        return draft, file_id

    def freeze(self, draft: Grant) -> None:
        with self.store.transaction() as tx:
            use_cases.freeze(tx, draft, None)

    def hear_of(self, draft: Grant, procedure: str = "acte-naissance", at: datetime | None = None) -> None:
        with self.store.transaction() as tx:
            known = {"id": draft.request_id, "procedure": procedure, "version": 1}
            tx.conn.execute(rows.SAVE_REQUEST, known)
            lifetime.bind(tx, draft.request_id, at or tx.now)

    def said(self, request_id: UUID) -> list[str]:
        with self.store.transaction() as tx:
            return [type(recorded.event).__name__ for recorded in tx.history(f"request-{request_id}")]


@pytest.fixture(scope="module")
def desk(store: Store, objects: Objects, settings: Settings, town: dict[str, Any]) -> Desk:
    with store.transaction() as tx:
        for slug in published.slugs():
            rows.save_procedure(tx.conn, slug, 1, published.definition(slug))
        rows.save_town(tx.conn, 1, town["town"]["portal_settings"])
    return Desk(store, objects, settings)


def put(url: str, content: bytes) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, data=content, method="PUT"), timeout=10):
        pass


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()
