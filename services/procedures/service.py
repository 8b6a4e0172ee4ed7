"""The procedures process: what may be asked of the town. Each call is one use case or one query."""

from typing import ClassVar

from services.chassis.process.providers import Stores, provided
from services.chassis.rpc.entrypoints import answers, once, viewing
from services.procedures.addresses import views as addresses
from services.procedures.catalogue import views
from services.procedures.publication import use_cases
from services.procedures.schemas import catalogue as calls
from services.procedures.schemas.addresses import ProposeAddresses
from services.procedures.schemas.town_files import CheckTown, ImportTown


class ProceduresService:
    name: ClassVar[str] = "procedures"
    store = provided(Stores())

    # --- what anyone may know

    town = answers(calls.ReadTown, viewing(views.town))
    service_areas = answers(calls.ListServiceAreas, viewing(views.service_areas))
    catalogue = answers(calls.SearchCatalogue, viewing(views.catalogue_page))
    procedure = answers(calls.ReadProcedure, viewing(views.procedure))
    published = answers(calls.ReadPublished, viewing(views.published))
    propose_addresses = answers(ProposeAddresses, viewing(addresses.propose))

    # --- what administrators do

    check_town = answers(CheckTown, viewing(use_cases.check_town))
    import_town = answers(ImportTown, once(use_cases.import_town))
