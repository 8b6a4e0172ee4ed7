"""Declared calls about a town's files: checked, and imported. They come as YAML reads them; what is wrong inside them is said
by `coherence.check`."""

from collections.abc import Mapping

from marshmallow.fields import Raw

from services.chassis.contracts import Command, Query, checked
from services.chassis.structs import Struct
from services.townhall.differences import Differences


class FilesOfTown(Struct):
    town: object = checked(Raw(), default=None)
    service_areas: object = checked(Raw(), default=None)
    procedures: object = checked(Raw(), default=None)
    agendas: object = checked(Raw(), default=None)


class TownChanges(Struct):
    """`town_before`: the name of the town that is published now, None where none is."""

    town_before: str | None
    town_changes: bool
    procedures: Differences
    agendas: Differences


class TownChecked(Struct):
    """`definitions`: what an import would publish, by slug; `changes`: what that would change."""

    definitions: Mapping[str, Mapping[str, object]]
    changes: TownChanges


class CheckTown(FilesOfTown, Query[TownChecked]):
    pass


class NewVersions(Struct):
    """What was new or changed; `town` is None where it was not."""

    town: int | None
    agendas: Mapping[str, int]
    procedures: Mapping[str, int]


class TownImported(Struct):
    """`absent`, `withdrawn`: procedures that the files do not name; then all that is offered now, by version."""

    published: NewVersions
    absent: tuple[str, ...]
    withdrawn: tuple[str, ...]
    town: int | None
    procedures: Mapping[str, int]
    agendas: Mapping[str, int]


class ImportTown(FilesOfTown, Command[TownImported]):
    """Publishes the four files. `withdraw_absent`: whether a procedure that is offered and is not in them is withdrawn."""

    withdraw_absent: bool = False
