"""documents as nameko runs it: entrypoints only."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from services.chassis import contracts
from services.chassis.calls import Call
from services.chassis.event_store.store import Transaction
from services.chassis.process.providers import Rpc, Stores, provided
from services.chassis.rpc.entrypoints import declared_rpc, every, woken
from services.documents import reactions
from services.documents.archives import archiving, use_cases as archives, views as archive_views
from services.documents.files import grants, journal, steps as file_changes, views
from services.documents.intake import upload
from services.documents.lifetime import erasure
from services.documents.lifetime.late_scan import scan_unscanned
from services.documents.lifetime.progress import Progress
from services.documents.pieces import amending, use_cases
from services.documents.pieces.views import labels_of_events
from services.documents.providers import ObjectStore, Scanners
from services.documents.samples.sample_import import import_documents, import_spaces
from services.documents.schemas import archives as archive_calls, looks as looks_of, pieces, storage
from services.documents.storage import reuse, use_cases as storing

__all__ = ["DocumentsService", "reactions"]


class DocumentsService:
    name: ClassVar[str] = "documents"
    # what a worker finds here is what each provider gives out
    store = provided(Stores())
    objects = provided(ObjectStore())
    scanner = provided(Scanners())
    rpc = provided(Rpc())
    progress: ClassVar = Progress()

    @declared_rpc(pieces.BeginUpload)
    def begin_upload(self, call: Call, asked: pieces.BeginUpload) -> storage.Storing:
        """Where to PUT a file's bytes within 15 minutes; its name and size are checked already."""
        grant = self._granted(call, asked.grant)
        ids = file_changes.NewIds(
            file=self.store.ids.new(), document=self.store.ids.new(), object_key=self.store.ids.new()
        )
        begun = self.store.run(grants.command(call, grant), lambda tx: use_cases.begin(tx, grant, asked, ids))
        return upload.address(self.store, self.objects, grant, UUID(begun["file_id"]))

    @declared_rpc(pieces.FinishUpload)
    def finish_upload(self, call: Call, asked: pieces.FinishUpload) -> pieces.Uploaded:
        return upload.finish(
            self.store, self.objects, self.scanner, self._granted(call, asked.grant), UUID(asked.file_id)
        )

    @declared_rpc(pieces.RemoveFile)
    def remove_file(self, call: Call, asked: pieces.RemoveFile) -> contracts.Done:
        grant, file_id = self._granted(call, asked.grant), UUID(asked.file_id)
        return self._done(grants.command(call, grant), lambda tx: use_cases.remove(tx, grant, file_id))

    @declared_rpc(pieces.ListDraftDocuments)
    def draft_documents(self, call: Call, asked: pieces.ListDraftDocuments) -> pieces.Documents:
        return views.listed(self.store, self._granted(call, asked.grant))

    @declared_rpc(pieces.ListRequestDocuments)
    def request_documents(self, call: Call, asked: pieces.ListRequestDocuments) -> pieces.Documents:
        return views.listed(self.store, self._granted(call, asked.grant))

    @declared_rpc(pieces.ReadPieceLabels)
    def read_piece_labels(self, call: Call, asked: pieces.ReadPieceLabels) -> pieces.PieceLabels:
        return labels_of_events(self.store, self._granted(call, asked.grant))

    @declared_rpc(pieces.RelabelDocument)
    def relabel_document(self, call: Call, asked: pieces.RelabelDocument) -> contracts.Done:
        grant = self._granted(call, asked.grant)
        command = grants.command(call, grant)
        return self._done(command, lambda tx: amending.relabel(tx, grant, asked.document_id, asked.label))

    @declared_rpc(pieces.RemoveDocument)
    def remove_document(self, call: Call, asked: pieces.RemoveDocument) -> contracts.Done:
        grant = self._granted(call, asked.grant)
        command = grants.command(call, grant)
        return self._done(command, lambda tx: amending.remove(tx, grant, asked.document_id))

    @declared_rpc(pieces.Freeze)
    def freeze(self, call: Call, asked: pieces.Freeze) -> pieces.Manifest:
        """The signed manifest of what is ready; from now on this is what a submission hands in."""
        grant = self._granted(call, asked.grant)
        self.store.run(grants.command(call, grant), lambda tx: use_cases.freeze(tx, grant, asked.pieces))
        return views.signed_manifest(self.store, self.store.settings, grant)

    @declared_rpc(pieces.OpenFile)
    def download(self, call: Call, asked: pieces.OpenFile) -> storage.StoredBytes:
        return upload.view(
            self.store, self.objects, self._granted(call, asked.grant), UUID(asked.file_id), viewer=call.actor
        )

    @declared_rpc(looks_of.ListRequestLooks)
    def staff_views(self, call: Call, asked: looks_of.ListRequestLooks) -> looks_of.Looks:
        return journal.of_request(self.store, self._granted(call, asked.grant), asked)

    @declared_rpc(looks_of.ListLooks)
    def looks(self, call: Call, asked: looks_of.ListLooks) -> looks_of.Looks:
        return journal.of_staff(self.store, call.actor, asked)

    @declared_rpc(pieces.ImportDocuments)
    def import_documents(self, call: Call, asked: pieces.ImportDocuments) -> pieces.DocumentsImported:
        return import_documents(self.store, self.objects, call.actor, asked.documents, call.correlation_id)

    # --- the storage space of who asks

    @declared_rpc(storage.ReadStorage)
    def read_storage(self, call: Call, _: storage.ReadStorage) -> storage.StorageSpace:
        return views.stored(self.store, grants.of_space(call.actor))

    @declared_rpc(storage.CountStorage)
    def count_storage(self, call: Call, _: storage.CountStorage) -> storage.StorageCount:
        return views.counted(self.store, grants.of_space(call.actor))

    @declared_rpc(storage.BeginStoring)
    def begin_storing(self, call: Call, asked: storage.BeginStoring) -> storage.Storing:
        holder = grants.of_space(call.actor)
        ids = file_changes.NewIds(
            file=self.store.ids.new(), document=asked.document_id, object_key=self.store.ids.new()
        )
        new = storing.Announced(
            document_id=asked.document_id, label=asked.label, filename=asked.filename, size=asked.size
        )
        begun = self.store.run(call, lambda tx: {"file_id": str(storing.begin(tx, holder, new, ids))})
        return upload.address(self.store, self.objects, holder, UUID(begun["file_id"]))

    @declared_rpc(storage.FinishStoring)
    def finish_storing(self, call: Call, asked: storage.FinishStoring) -> storage.Stored:
        return upload.finish(self.store, self.objects, self.scanner, grants.of_space(call.actor), asked.file_id)

    @declared_rpc(storage.RelabelStored)
    def relabel_stored(self, call: Call, asked: storage.RelabelStored) -> contracts.Done:
        holder = grants.of_space(call.actor)
        return self._done(call, lambda tx: storing.relabel(tx, holder, asked.document_id, asked.label))

    @declared_rpc(storage.RemoveStored)
    def remove_stored(self, call: Call, asked: storage.RemoveStored) -> contracts.Done:
        holder = grants.of_space(call.actor)
        return self._done(call, lambda tx: storing.remove(tx, holder, asked.document_id))

    @declared_rpc(storage.RemoveStoredFile)
    def remove_stored_file(self, call: Call, asked: storage.RemoveStoredFile) -> contracts.Done:
        holder = grants.of_space(call.actor)
        return self._done(call, lambda tx: storing.remove_file(tx, holder, asked.file_id))

    @declared_rpc(storage.OpenStored)
    def open_stored(self, call: Call, asked: storage.OpenStored) -> storage.StoredBytes:
        """Where to GET a file's bytes within 2 minutes."""
        return upload.view(self.store, self.objects, grants.of_space(call.actor), asked.file_id, viewer=call.actor)

    @declared_rpc(storage.UseStored)
    def use_stored(self, call: Call, asked: storage.UseStored) -> storage.Copied:
        holder, grant = grants.of_space(call.actor), self._granted(call, asked.grant)
        wanted = [(one.document_id, one.piece) for one in asked.chosen]
        return self._copied(call, grant, lambda tx: reuse.in_request(tx, holder, grant, wanted, self.store.ids.new))

    @declared_rpc(storage.StoreCopies)
    def store_copies(self, call: Call, asked: storage.StoreCopies) -> storage.Copied:
        holder, grant = grants.of_space(call.actor), self._granted(call, asked.grant)
        return self._copied(
            call, grant, lambda tx: reuse.in_space(tx, holder, grant, asked.documents, self.store.ids.new)
        )

    @declared_rpc(storage.ImportStorage)
    def import_storage(self, call: Call, asked: storage.ImportStorage) -> storage.ImportedStorage:
        return import_spaces(self.store, self.objects, call.actor, asked.spaces, call.correlation_id)

    # --- the archive of one's data

    @declared_rpc(archive_calls.AskArchive)
    def ask_archive(self, call: Call, asked: archive_calls.AskArchive) -> archive_calls.Archive:
        grant = self._space_or_request(call, asked.grant)
        command = grants.command(call, grant)
        return self.store.run_declared(command, archive_calls.Archive, lambda tx: archives.ask(tx, grant))

    @declared_rpc(archive_calls.ReadArchive)
    def read_archive(self, call: Call, asked: archive_calls.ReadArchive) -> archive_calls.Archive:
        grant = self._space_or_request(call, asked.grant)
        with self.store.viewing(call.actor) as tx:
            return archive_views.read(tx, grant)

    @declared_rpc(archive_calls.OpenArchive)
    def open_archive(self, call: Call, asked: archive_calls.OpenArchive) -> storage.StoredBytes:
        """Where to GET it within 2 minutes."""
        grant = self._space_or_request(call, asked.grant)
        with self.store.viewing(call.actor) as tx:
            found = archive_views.to_open(tx, grant)
        return archiving.address(self.objects, found)

    def _space_or_request(self, call: Call, grant: str) -> grants.Grant:
        return self._granted(call, grant) if grant else grants.of_space(call.actor)

    def _granted(self, call: Call, token: str) -> grants.Grant:
        return grants.read(self.store.settings, token, call.actor)

    @woken(archives.ASKED, spaced=1, at_latest=60)
    def make_archives(self) -> float | None:
        """One at a time; in how many seconds the next one is due."""
        return archiving.make_due(self.store, self.objects, self.rpc)

    def _done(self, call: Call, use_case: Callable[[Transaction], None]) -> contracts.Done:
        def done(tx: Transaction) -> contracts.Done:
            use_case(tx)
            return contracts.Done()

        return self.store.run_declared(call, contracts.Done, done)

    def _copied(
        self, call: Call, grant: grants.Grant, use_case: Callable[[Transaction], storage.Copied]
    ) -> storage.Copied:
        return self.store.run_declared(grants.command(call, grant), storage.Copied, use_case)

    @woken(file_changes.DOOMED, spaced=2, at_latest=60)
    def delete_doomed_objects(self) -> None:
        while erasure.delete_doomed(self.store, self.objects):
            pass

    @every(60)
    def make_missing_buckets(self) -> None:
        self.objects.make_buckets()

    @every(600)
    def end_what_nobody_finished(self) -> None:
        erasure.drop_unfinished(self.store)
        erasure.drop_unreadable(self.store, self.progress)
        erasure.sweep(self.store, self.objects, self.progress)

    @every(600)
    def drop_expired_archives(self) -> None:
        with self.store.transaction() as tx:
            archives.drop_expired(tx)

    @every(60)
    def scan_what_was_kept_unscanned(self) -> None:
        scan_unscanned(self.store, self.objects, self.scanner, self.progress)

    @every(3600)
    def forget_old_looks(self) -> None:
        journal.forget_old(self.store)
