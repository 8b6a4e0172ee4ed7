"""Declared calls about what the town has published. The town and a definition are answered in their stored form, which
`definitions` reads (docs/decisions/0033)."""

from collections.abc import Mapping

from services.chassis.contracts import Query, checked
from services.chassis.french_fields import Text, Whole
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.areas import AreaShown


class TownDocument(Struct):
    """The town part by part; `theme` with every shade that follows from it. `TownNow` is its class.

    `address_file`: whether there is one, from which addresses are proposed."""

    town: Mapping[str, object]
    opening_hours: Mapping[str, object]
    school_holidays: tuple[object, ...]
    sites: tuple[object, ...]
    departments: tuple[object, ...]
    theme: Mapping[str, object]
    portal_settings: Mapping[str, object]
    legal: Mapping[str, object]
    service_areas: tuple[object, ...]
    catalogues: Mapping[str, object]
    version: int
    open_now: Mapping[str, object]
    address_file: bool = False


class ReadTown(Query[TownDocument], method="town"):
    pass


class AreaOffered(AreaShown):
    """`procedures`: how many it offers."""

    procedures: int


class ServiceAreas(Struct):
    """In the town's order."""

    areas: tuple[AreaOffered, ...]


class ListServiceAreas(Query[ServiceAreas], method="service_areas"):
    pass


class CatalogueItem(Struct):
    """`appointment`: whether one can be booked; `rank`: how well it answers the words of a search, 0 without them."""

    slug: str
    title: str
    summary: str
    area: str
    area_title: str
    access: str
    featured: bool
    fill_time_minutes: int
    appointment: bool
    version: int
    rank: float


class Catalogue(Struct):
    """A page, the best matches first. `suggestion`: the words as they were read where one of them is not known; `partial`:
    no procedure has every word, these have some of them in their name, their keywords or their area."""

    items: tuple[CatalogueItem, ...]
    total: int
    partial: bool = False
    page: int = 1
    per_page: int = 20
    suggestion: str | None = None


class SearchCatalogue(Query[Catalogue], method="catalogue"):
    """A page of the procedures that may be shown.

    `dashboard_tile`: those that stand behind that tile of « Mon tableau de bord »."""

    area: str | None = checked(Text(load_default=None, allow_none=True), default=None)
    q: str = ""
    featured: bool | None = None
    dashboard_tile: str | None = checked(Text(load_default=None, allow_none=True), default=None)
    page: int = checked(Whole(least=1, most=10000, load_default=1), default=1)
    per_page: int = checked(Whole(least=1, most=100, load_default=20), default=20)


class ProcedureVersion(Struct):
    """`withdrawn`: nothing more can be filed with the procedure; `definition`: with its `version`."""

    slug: str
    version: int
    current_version: int
    withdrawn: bool
    definition: Mapping[str, object]


class ReadProcedure(Query[ProcedureVersion], method="procedure"):
    """One definition, the current one unless a version is named; a version never changes."""

    slug: str = checked(Text(required=True))
    version: int | None = checked(Whole(least=1, load_default=None, allow_none=True), default=None)


class Published(Struct):
    """What is published, by slug and version; `town` is None while there is none."""

    town: int | None = None
    procedures: dict[str, int]
    agendas: dict[str, int]


class ReadPublished(Query[Published], method="published"):
    """What other processes must know to be ready."""
