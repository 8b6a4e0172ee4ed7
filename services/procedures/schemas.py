"""What procedures may be asked by RPC."""

from services.chassis.french_fields import FrenchSchema, Text, Whole, YesNo
from services.procedures.files.procedures_file import Free


class CatalogueArguments(FrenchSchema):
    area = Text()
    q = Text(blank=True)
    featured = YesNo()
    dashboard_tile = Text()
    page = Whole(least=1, most=10000)
    per_page = Whole(least=1, most=100)


class ProcedureArguments(FrenchSchema):
    slug = Text(required=True)
    version = Whole(least=1, allow_none=True)


class CheckArguments(FrenchSchema):
    """The four files, as YAML reads them; `coherence.check` tells what is wrong inside them."""

    town = Free()
    service_areas = Free()
    procedures = Free()
    agendas = Free()


class ImportArguments(CheckArguments):
    """The four files, to be published."""

    withdraw_absent = YesNo(load_default=False)
    """Whether a procedure that is offered and is not in the files is withdrawn."""
