"""The facts of procedures that other services or partners receive: the public part of its events, as stored and sent."""

from typing import Any

from services.chassis.event_store.events import Event


class TownPublished(Event):
    """The document `town.yaml` part by part, the service areas, and what all procedures share."""

    version: int
    town: dict[str, Any]
    opening_hours: dict[str, Any]
    school_holidays: list[Any]
    sites: list[Any]
    departments: list[Any]
    theme: dict[str, Any]
    portal_settings: dict[str, Any]
    legal: dict[str, Any]
    service_areas: list[Any]
    catalogues: dict[str, Any]


class ProcedurePublished(Event):
    """A version of a procedure, resolved: it never changes, and requests filed with it keep it."""

    slug: str
    version: int
    definition: dict[str, Any]


class ProcedureWithdrawn(Event):
    """Nothing more can be filed with it; what was filed goes on. `version` is the last one that was published."""

    slug: str
    version: int


class AgendaPublished(Event):
    """An agenda with its place, closures, rule of public holidays and school holidays."""

    slug: str
    version: int
    definition: dict[str, Any]
