"""A town's four files with their shape checked (`town_files.py`), for the checks between entries. Pure."""

from services.chassis.structs import Struct
from services.procedures.schemas.definitions.agendas import AgendaEntry
from services.procedures.schemas.definitions.areas import ServiceArea
from services.procedures.schemas.definitions.procedures import Flow, ProcedureForm, Reply
from services.procedures.schemas.definitions.towns import AcknowledgementTexts, StatusLabel, StepLabel, TownFile
from services.procedures.schemas.definitions.values import Name


class ServiceAreasFile(Struct):
    service_areas: tuple[ServiceArea, ...]


class ProcedureEntry(ProcedureForm):
    """`flow`: the slug of one of the file."""

    flow: Name
    canned_replies: tuple[Reply, ...]


class ProceduresFile(Struct):
    step_catalogue: tuple[StepLabel, ...]
    status_catalogue: tuple[StatusLabel, ...]
    flows: tuple[Flow, ...]
    acknowledgement_texts: AcknowledgementTexts
    common_replies: tuple[Reply, ...]
    procedures: tuple[ProcedureEntry, ...]


class AgendasFile(Struct):
    agendas: tuple[AgendaEntry, ...]


class TownFiles(Struct):
    town: TownFile
    service_areas: ServiceAreasFile
    procedures: ProceduresFile
    agendas: AgendasFile
