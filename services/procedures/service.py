"""The procedures process: what may be asked of the town. Each call is one use case or one query."""

from typing import ClassVar

from services.chassis.calls import Call
from services.chassis.contracts import Json
from services.chassis.process.providers import Stores, provided
from services.chassis.rpc.entrypoints import answers, declared_rpc, reading
from services.procedures.catalogue import views
from services.procedures.publication import use_cases
from services.procedures.schemas import catalogue as calls
from services.procedures.schemas.town_files import CheckTown, ImportTown


class ProceduresService:
    name: ClassVar[str] = "procedures"
    store = provided(Stores())

    # --- what anyone may know

    @declared_rpc(calls.ReadTown)
    def town(self, call: Call, asked: calls.ReadTown) -> Json:
        with self.store.read() as conn:
            return views.town(conn, self.store.clock.now())

    service_areas = answers(calls.ListServiceAreas, reading(views.service_areas))
    catalogue = answers(calls.SearchCatalogue, reading(views.catalogue_page))
    procedure = answers(calls.ReadProcedure, reading(views.procedure))
    published = answers(calls.ReadPublished, reading(views.published))

    # --- what administrators do

    @declared_rpc(CheckTown)
    def check_town(self, call: Call, asked: CheckTown) -> Json:
        with self.store.read() as conn:
            documents = use_cases.files_of(asked)
            return use_cases.check_town(conn, call.actor, documents, town=self.store.settings.town)

    @declared_rpc(ImportTown)
    def import_town(self, call: Call, asked: ImportTown) -> Json:
        documents, withdraw, town = use_cases.files_of(asked), asked.withdraw_absent, self.store.settings.town
        return self.store.run(
            call, lambda tx: use_cases.import_town(tx, documents, withdraw_absent=withdraw, town=town)
        )
