"""A town's four files with their shape checked (`town_files.py`), for the checks between entries."""

from dataclasses import dataclass

from services.procedures.schemas.definitions.agendas import AgendaEntry
from services.procedures.schemas.definitions.areas import ServiceArea
from services.procedures.schemas.definitions.procedures import Flow, ProcedureForm, Reply
from services.procedures.schemas.definitions.towns import AcknowledgementTexts, StatusLabel, StepLabel, TownFile
from services.procedures.schemas.definitions.values import Name


@dataclass(frozen=True, kw_only=True)
class ServiceAreasFile:
    service_areas: tuple[ServiceArea, ...]


@dataclass(frozen=True, kw_only=True)
class ProcedureEntry(ProcedureForm):
    """`flow`: the slug of one of the file."""

    flow: Name
    canned_replies: tuple[Reply, ...]


@dataclass(frozen=True, kw_only=True)
class ProceduresFile:
    step_catalogue: tuple[StepLabel, ...]
    status_catalogue: tuple[StatusLabel, ...]
    flows: tuple[Flow, ...]
    acknowledgement_texts: AcknowledgementTexts
    common_replies: tuple[Reply, ...]
    procedures: tuple[ProcedureEntry, ...]


@dataclass(frozen=True, kw_only=True)
class AgendasFile:
    agendas: tuple[AgendaEntry, ...]


@dataclass(frozen=True, kw_only=True)
class TownFiles:
    town: TownFile
    service_areas: ServiceAreasFile
    procedures: ProceduresFile
    agendas: AgendasFile
