"""Declared calls about what the town has published. What it wrote itself (the town, its areas, its procedures) is answered as
the documents that procedures checked when they were published."""

from dataclasses import dataclass

from services.chassis.contracts import Json, Query, checked
from services.chassis.french_fields import Text, Whole


@dataclass(frozen=True, kw_only=True)
class ReadTown(Query[Json], method="town"):
    """The town's document: identity, hours, sites, departments, theme, legal mentions, settings of the portal."""


@dataclass(frozen=True, kw_only=True)
class ListServiceAreas(Query[Json], method="service_areas"):
    """`{areas}`, in the town's order, each with the number of procedures that it offers."""


@dataclass(frozen=True, kw_only=True)
class SearchCatalogue(Query[Json], method="catalogue"):
    """A page of the procedures that may be shown, with the total and, where a search finds nothing, a suggestion.

    `dashboard_tile`: those that stand behind that tile of « Mon tableau de bord »."""

    area: str | None = checked(Text(load_default=None, allow_none=True), default=None)
    q: str = ""
    featured: bool | None = None
    dashboard_tile: str | None = checked(Text(load_default=None, allow_none=True), default=None)
    page: int = checked(Whole(least=1, most=10000, load_default=1), default=1)
    per_page: int = checked(Whole(least=1, most=100, load_default=20), default=20)


@dataclass(frozen=True, kw_only=True)
class ReadProcedure(Query[Json], method="procedure"):
    """One definition, the current one unless a version is named; a version never changes."""

    slug: str = checked(Text(required=True))
    version: int | None = checked(Whole(least=1, load_default=None, allow_none=True), default=None)


@dataclass(frozen=True, kw_only=True)
class Published:
    """What is published, by slug and version; `town` is None while there is none."""

    town: int | None = None
    procedures: dict[str, int]
    agendas: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class ReadPublished(Query[Published], method="published"):
    """What other processes must know to be ready."""
