"""documents as nameko runs it: entrypoints only."""

from typing import Any, ClassVar

from services.chassis.calls import Call
from services.chassis.entrypoints import every, rpc, woken
from services.chassis.providers import Configured, Ids, Stores
from services.documents import grants, journal, reactions, schemas, use_cases, views
from services.documents.depot import Depot
from services.documents.sample_import import import_documents

__all__ = ["DocumentsService", "reactions"]


class DocumentsService:
    name: ClassVar[str] = "documents"
    # what a worker finds here is what each provider gives out
    store: Any = Stores()
    settings: Any = Configured()
    ids: Any = Ids()
    depot: Any = Depot()

    @rpc(schemas.BeginUpload)
    def begin_upload(self, call: Call) -> dict[str, Any]:
        """Where to PUT a file's bytes within 15 minutes; its name and size are checked already."""
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        ids = use_cases.NewIds(file=self.ids.new(), document=self.ids.new(), object_key=self.ids.new())
        new = use_cases.Announced.of(call.body)
        begun = self.store.run(grants.command(call, grant), lambda tx: use_cases.begin(tx, grant, new, ids))
        return self.depot.intake.address(grant, begun["file_id"])

    @rpc(schemas.WithFile)
    def finish_upload(self, call: Call) -> dict[str, Any]:
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        return self.depot.intake.finish(grant, call.body["file_id"])

    @rpc(schemas.WithFile)
    def remove_file(self, call: Call) -> dict[str, Any]:
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        file_id = call.body["file_id"]
        return self.store.run(grants.command(call, grant), lambda tx: use_cases.remove(tx, grant, file_id))

    @rpc(schemas.WithGrant)
    def draft_documents(self, call: Call) -> dict[str, Any]:
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        return views.listed(self.store, grant)

    @rpc(schemas.WithGrant)
    def request_documents(self, call: Call) -> dict[str, Any]:
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        return views.listed(self.store, grant)

    @rpc(schemas.Freeze)
    def freeze(self, call: Call) -> dict[str, Any]:
        """The signed manifest of what is ready; from now on this is what a submission hands in."""
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        self.store.run(grants.command(call, grant), lambda tx: use_cases.freeze(tx, grant, call.body["pieces"]))
        return views.signed_manifest(self.store, self.settings, grant)

    @rpc(schemas.WithFile)
    def download(self, call: Call) -> dict[str, Any]:
        """Where to GET a file's bytes within 2 minutes; a look by the town's staff is on record before."""
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        return self.depot.intake.view(grant, call.body["file_id"], viewer=call.actor)

    @rpc(schemas.StaffViews)
    def staff_views(self, call: Call) -> dict[str, Any]:
        grant = grants.read(self.settings, call.body["grant"], call.actor)
        body = call.body
        return journal.of_request(self.store, grant, body["at_most"], body["before_at"], body["before_id"])

    @rpc(schemas.Looks)
    def looks(self, call: Call) -> dict[str, Any]:
        return journal.of_staff(self.store, call.actor, call.body)

    @rpc(schemas.ImportDocuments)
    def import_documents(self, call: Call) -> dict[str, Any]:
        return import_documents(self.store, self.depot.objects, call.actor, call.body["documents"], call.correlation_id)

    @woken(use_cases.DOOMED, spaced=2, at_latest=60)
    def delete_doomed_objects(self) -> None:
        while self.depot.erasure.delete_doomed():
            pass

    @every(60)
    def make_missing_buckets(self) -> None:
        self.depot.objects.make_buckets()

    @every(600)
    def end_what_nobody_finished(self) -> None:
        self.depot.erasure.drop_unfinished()
        self.depot.erasure.drop_unreadable()
        self.depot.erasure.sweep()

    @every(60)
    def scan_what_was_kept_unscanned(self) -> None:
        self.depot.late_scan.run()

    @every(3600)
    def forget_old_looks(self) -> None:
        journal.forget_old(self.store)
