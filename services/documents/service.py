"""documents as nameko runs it: its calls and its timers. Each call is one use case or one view."""

from collections.abc import Callable
from typing import ClassVar, TypeVar, TypeVarTuple

from services.chassis.calls import Call
from services.chassis.event_store.store import Store, Transaction
from services.chassis.process.providers import OfProcess, Stores, provided
from services.chassis.rpc.client import RpcClient
from services.chassis.rpc.entrypoints import answers, done, every, once, runs, viewing, woken
from services.chassis.settings import Settings
from services.documents import reactions
from services.documents.archives import archiving, use_cases as archives, views as archive_views
from services.documents.conformity import use_cases as conformity, views as conformity_views
from services.documents.files import grants, steps, views
from services.documents.files.grants import Grant
from services.documents.files.steps import AwaitedFile
from services.documents.intake import preview, upload
from services.documents.lifetime import erasure
from services.documents.lifetime.late_scan import scan_unscanned
from services.documents.lifetime.progress import Progress
from services.documents.object_store.objects import Objects
from services.documents.pieces import use_cases as handing_in, views as piece_views
from services.documents.providers import ObjectStore, Scanners
from services.documents.samples import sample_import as samples
from services.documents.schemas import archives as archive_calls, looks as looks_of, pieces, storage
from services.documents.storage import reuse, use_cases as storing
from services.townhall.grants import WithGrant, command

__all__ = ["DocumentsService", "reactions"]

A = TypeVar("A")
C = TypeVar("C")
G = TypeVar("G", bound=WithGrant)
P = TypeVarTuple("P")


def granted(
    act: Callable[[Store, Call, G, Grant, *P], A], *, or_space: bool = False
) -> Callable[[Store, Call, G, *P], A]:
    """For a function that takes the grant of the call; `or_space`: the caller's own space where the call carries none.

    As a command, the call is remembered with the owner in place of the grant.
    """

    def check(store: Store, call: Call, asked: G, *given: *P) -> A:
        own = or_space and not asked.grant
        grant = grants.of_space(call.actor) if own else grants.read(store.settings, asked.grant, call.actor)
        return act(store, command(call, grant.owner.id), asked, grant, *given)

    return check


def holding(act: Callable[[Store, Call, C, Grant, *P], A]) -> Callable[[Store, Call, C, *P], A]:
    """For a function that takes what the caller may do with their own space."""
    return lambda store, call, asked, *given: act(store, call, asked, grants.of_space(call.actor), *given)


def awaiting(
    use_case: Callable[[Transaction, Settings, C, Grant], AwaitedFile],
) -> Callable[[Store, Call, C, Grant, Objects], storage.Storing]:
    """For a use case that makes room for a file, given by its `file_id`: answers where to PUT its bytes within 15 minutes."""

    def act(store: Store, call: Call, asked: C, grant: Grant, objects: Objects) -> storage.Storing:
        awaited = store.run_declared(call, AwaitedFile, lambda tx: use_case(tx, store.settings, asked, grant))
        return upload.address(store, objects, grant, awaited.file_id)

    return act


class DocumentsService:
    name: ClassVar[str] = "documents"
    # what a worker finds here is what each provider gives out
    store = provided(Stores())
    objects = provided(ObjectStore())
    scanner = provided(Scanners())
    rpc = provided(OfProcess(RpcClient, RpcClient.close))
    progress: ClassVar = Progress()

    # --- the pieces of a request or draft

    begin_upload = answers(pieces.BeginUpload, granted(awaiting(handing_in.begin)), objects)
    finish_upload = answers(pieces.FinishUpload, granted(upload.finish), objects, scanner)
    remove_file = answers(pieces.RemoveFile, granted(once(done(handing_in.remove_file))))
    draft_documents = answers(pieces.ListDraftDocuments, granted(viewing(conformity_views.listed)))
    request_documents = answers(pieces.ListRequestDocuments, granted(viewing(conformity_views.listed)))
    read_piece_labels = answers(pieces.ReadPieceLabels, granted(viewing(piece_views.labels_of_events)))
    relabel_document = answers(pieces.RelabelDocument, granted(once(done(handing_in.relabel))))
    remove_document = answers(pieces.RemoveDocument, granted(once(done(handing_in.remove_document))))
    freeze = answers(pieces.Freeze, granted(handing_in.freeze))
    mark_document = answers(pieces.MarkDocument, granted(once(done(conformity.mark))))
    draw_page = answers(pieces.DrawPage, granted(preview.draw), objects)
    download = answers(pieces.OpenFile, granted(upload.view), objects)
    staff_views = answers(looks_of.ListRequestLooks, granted(viewing(views.looks_of_request)))
    looks = answers(looks_of.ListLooks, viewing(views.looks_of_staff))
    import_documents = answers(pieces.ImportDocuments, samples.import_documents, objects)

    # --- the storage space of the caller

    read_storage = answers(storage.ReadStorage, holding(viewing(views.stored)))
    count_storage = answers(storage.CountStorage, holding(viewing(views.counted)))
    begin_storing = answers(storage.BeginStoring, holding(awaiting(storing.begin)), objects)
    finish_storing = answers(storage.FinishStoring, holding(upload.finish), objects, scanner)
    relabel_stored = answers(storage.RelabelStored, holding(once(done(storing.relabel))))
    remove_stored = answers(storage.RemoveStored, holding(once(done(storing.remove))))
    remove_stored_file = answers(storage.RemoveStoredFile, holding(once(done(storing.remove_file))))
    open_stored = answers(storage.OpenStored, holding(upload.view), objects)
    use_stored = answers(storage.UseStored, holding(granted(once(reuse.in_request))))
    store_copies = answers(storage.StoreCopies, holding(granted(once(reuse.in_space))))
    import_storage = answers(storage.ImportStorage, samples.import_spaces, objects)

    # --- the archive of one's data

    ask_archive = answers(archive_calls.AskArchive, granted(once(archives.ask), or_space=True))
    read_archive = answers(archive_calls.ReadArchive, granted(viewing(archive_views.read), or_space=True))
    open_archive = answers(archive_calls.OpenArchive, granted(archiving.open_ready, or_space=True), objects)

    # --- timers

    make_archives = runs(woken(archives.ASKED, spaced=1, at_latest=60), archiving.make_due, objects, rpc)

    @woken(steps.DOOMED, spaced=2, at_latest=60)
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

    scan_what_was_kept_unscanned = runs(every(60), scan_unscanned, objects, scanner, progress)
    forget_old_looks = runs(every(3600), erasure.forget_old_looks)
