"""Declared calls about the staff's looks at files, for the journal. Moments are ISO 8601.

Looks are given from the latest back: from the newest, or from what lies before the instant `before_at` and the number
`before_id`."""

from datetime import date, datetime

from marshmallow import fields, validate

from services.chassis.contracts import Query, checked, identifier
from services.chassis.french_fields import Whole
from services.chassis.structs import Struct
from services.townhall.grants import WithGrant

AT_MOST = Whole(required=True, least=1)
BEFORE_ID = Whole(least=0, load_default=None, allow_none=True)
A_DAY = validate.Range(
    date(1900, 1, 1), date(2199, 12, 31), error="Indiquez un jour du calendrier, par exemple 2026-12-01."
)


class Look(Struct):
    """`piece`: how it was called, None where it was erased meanwhile."""

    id: int
    agent_id: str
    agent_name: str
    at: str
    piece: str | None
    request_id: str = ""
    what: str = "file"


class Looks(Struct):
    views: tuple[Look, ...]


class ListRequestLooks(WithGrant, Query[Looks], method="staff_views"):
    """At the files of a request; for a grant of its journal."""

    at_most: int = checked(AT_MOST)
    before_at: datetime | None = None
    before_id: int | None = checked(BEFORE_ID, default=None)


class ListLooks(Query[Looks], method="looks"):
    """Of an agent, of a day or of both; for agents who read the journal."""

    agent: str | None = identifier(required=False)
    day: date | None = checked(
        fields.Date(
            load_default=None, allow_none=True, validate=A_DAY, error_messages={"invalid": "Il faut une date."}
        ),
        default=None,
    )
    at_most: int = checked(AT_MOST)
    before_at: datetime | None = None
    before_id: int | None = checked(BEFORE_ID, default=None)
