"""The facts of procedures that other services or partners receive: the public part of its events, as stored and sent."""

from services.chassis.event_store.events import Event


class TownPublished(Event, followed=True):
    """The document `town.yaml` part by part, the service areas, and what all procedures share."""

    version: int
    town: dict[str, object]
    opening_hours: dict[str, object]
    school_holidays: list[object]
    sites: list[object]
    departments: list[object]
    theme: dict[str, object]
    portal_settings: dict[str, object]
    legal: dict[str, object]
    service_areas: list[object]
    catalogues: dict[str, object]


class ProcedurePublished(Event, followed=True):
    """A version of a procedure, resolved: it never changes, and requests filed with it keep it."""

    slug: str
    version: int
    definition: dict[str, object]


class ProcedureWithdrawn(Event, followed=True):
    """Nothing more can be filed with it; what was filed goes on. `version` is the last one that was published."""

    slug: str
    version: int


class AgendaPublished(Event, followed=True):
    """An agenda with its place, closures, rule of public holidays and school holidays."""

    slug: str
    version: int
    definition: dict[str, object]
