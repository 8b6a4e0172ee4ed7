"""The procedures process: what may be asked of the town. Each call is one use case or one query."""

from typing import Any, ClassVar

from services.chassis.calls import Call
from services.chassis.process.providers import Clocks, Stores
from services.chassis.rpc.entrypoints import rpc
from services.procedures import schemas
from services.procedures.catalogue import views as queries
from services.procedures.publication import use_cases


class ProceduresService:
    name: ClassVar[str] = "procedures"
    store: Any = Stores()  # in a worker: the Store itself
    clock: Any = Clocks()

    # --- what anyone may know

    @rpc(None)
    def town(self, call: Call) -> dict[str, Any]:
        with self.store.read() as conn:
            return queries.town(conn, self.clock.now())

    @rpc(None)
    def service_areas(self, call: Call) -> dict[str, Any]:
        with self.store.read() as conn:
            return queries.service_areas(conn)

    @rpc(schemas.CatalogueArguments)
    def catalogue(self, call: Call) -> dict[str, Any]:
        with self.store.read() as conn:
            return queries.catalogue_page(conn, call.body)

    @rpc(schemas.ProcedureArguments)
    def procedure(self, call: Call) -> dict[str, Any]:
        with self.store.read() as conn:
            return queries.procedure(conn, call.body["slug"], call.body.get("version"))

    @rpc(None)
    def published(self, call: Call) -> dict[str, Any]:
        with self.store.read() as conn:
            return queries.published(conn)

    # --- what administrators do

    @rpc(schemas.CheckArguments)
    def check_town(self, call: Call) -> dict[str, Any]:
        with self.store.read() as conn:
            return use_cases.check_town(conn, call.actor, call.body, town=self.store.settings.town)

    @rpc(schemas.ImportArguments)
    def import_town(self, call: Call) -> dict[str, Any]:
        documents = {name: part for name, part in call.body.items() if name != "withdraw_absent"}
        withdraw, town = call.body["withdraw_absent"], self.store.settings.town
        return self.store.run(
            call, lambda tx: use_cases.import_town(tx, documents, withdraw_absent=withdraw, town=town)
        )
