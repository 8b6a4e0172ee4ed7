"""Declared calls about a town's files: checked, and imported. They come as YAML reads them; what is wrong inside them is said
by `coherence.check`."""

from typing import Any

from marshmallow.fields import Raw

from services.chassis.contracts import Command, Json, Query, checked
from services.chassis.structs import Struct


class FilesOfTown(Struct):
    town: Any = checked(Raw(), default=None)
    service_areas: Any = checked(Raw(), default=None)
    procedures: Any = checked(Raw(), default=None)
    agendas: Any = checked(Raw(), default=None)


class CheckTown(FilesOfTown, Query[Json]):
    """`{definitions, changes}`: what an import would publish, and what it would change."""


class ImportTown(FilesOfTown, Command[Json]):
    """Publishes the four files. `withdraw_absent`: whether a procedure that is offered and is not in them is withdrawn."""

    withdraw_absent: bool = False
