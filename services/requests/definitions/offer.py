"""A procedure as it is offered: its definition, its agenda and the town, as procedures published them. Pure."""

from dataclasses import dataclass
from typing import Annotated

from services.chassis.bus.field_docs import Told
from services.procedures.schemas.definitions import procedures
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.towns import Town

Procedure = Annotated[str, Told("location-salle")]
Period = Annotated[str, Told("2026-W48")]
"""As facts name a procedure, and a calendar period of it."""


@dataclass(frozen=True, kw_only=True)
class Current:
    """A procedure as it is offered now, with its agenda (None without appointments) and the town."""

    definition: procedures.Procedure
    withdrawn: bool
    agenda: Agenda | None
    town: Town
