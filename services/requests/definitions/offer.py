"""A procedure as it is offered: its definition, its agenda and the town, as procedures published them. Pure."""

from dataclasses import dataclass

from services.procedures.schemas.definitions import procedures
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.towns import Town


@dataclass(frozen=True, kw_only=True)
class Current:
    """A procedure as it is offered now, with its agenda (None without appointments) and the town."""

    definition: procedures.Procedure
    withdrawn: bool
    agenda: Agenda | None
    town: Town
