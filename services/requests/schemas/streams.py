"""Declared calls about what requests has received from other services, and about the stream that partners read."""

from services.chassis.bus.field_docs import EventDoc
from services.chassis.contracts import Query
from services.chassis.structs import Struct


class Received(Struct):
    """Versions by slug: equal to what procedures has published once the portal is ready."""

    procedures: dict[str, int]
    agendas: dict[str, int]
    town: int | None


class ReadReceived(Query[Received], method="heard"):
    pass


class PartnersStream(Struct):
    """The identity of the stream that partners read, and since when it has it (ISO 8601)."""

    stream: str
    since: str


class ReadPartnersStream(Query[PartnersStream], method="partners_stream"):
    pass


class ListPublicEvents(Query[tuple[EventDoc, ...]], method="public_events"):
    """What partners may read."""
