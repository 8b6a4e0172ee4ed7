"""Declared call about procedures with a limited number of places, and what is said of a place. Moments and days are ISO 8601."""

from services.chassis.contracts import Query
from services.chassis.structs import Struct


class Place(Struct):
    """Of which period (`first` to `last`) it is; `what` it gives and `on` which day, where the town says so."""

    period: str
    first: str
    last: str
    what: str | None
    on: str | None


class Quota(Struct):
    """Whether the places of the present period are all taken, with the procedure's own message."""

    reached: bool
    message: str
    reopens_at: str
    place: Place | None


class FullProcedure(Struct):
    procedure: str
    reopens_at: str


class FullProcedures(Struct):
    items: tuple[FullProcedure, ...]


class ListFullProcedures(Query[FullProcedures], method="quotas_reached"):
    """The procedures whose places are all taken."""
