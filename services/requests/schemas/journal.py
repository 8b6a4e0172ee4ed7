"""Declared calls that read the journal of the staff's looks; reading it is itself a look. Moments are ISO 8601."""

from datetime import date, datetime

from services.chassis.contracts import Json, RecordedLook, checked, identifier, identifiers
from services.chassis.french_fields import Whole
from services.chassis.structs import Struct
from services.requests.schemas.shapes import OnNumber, optional_whole


class Look(Struct):
    """`query`: what was asked of a list; None of a request, and once it is erased."""

    id: int
    agent_id: str
    agent_name: str
    what: str
    at: str
    query: Json | None = None


class StaffLook(Look):
    """`numbers`: of the requests that it showed."""

    numbers: tuple[str, ...]


class AuditTrail(Struct):
    """The latest first; `grant` lets the reader ask documents for the looks at the files of the request."""

    number: str
    views: tuple[Look, ...]
    grant: str


class ReadAuditTrail(OnNumber, RecordedLook[AuditTrail], method="audit_trail"):
    """Of one request, from the newest look or from the one before that instant and id."""

    at_most: int = checked(Whole(required=True, least=1))
    before_at: datetime | None = None
    before_id: int | None = optional_whole(least=0)


class StaffLooks(Struct):
    """The latest first; `numbers`: of the requests asked for, by id."""

    views: tuple[StaffLook, ...]
    numbers: dict[str, str]


class ListStaffLooks(RecordedLook[StaffLooks], method="looks"):
    """Of an agent, of a day or of both. `requests`: those whose numbers the caller needs besides."""

    agent: str | None = identifier(required=False)
    day: date | None = None
    requests: tuple[str, ...] | None = identifiers()
    at_most: int = checked(Whole(required=True, least=1))
    before_at: datetime | None = None
    before_id: int | None = optional_whole(least=0)
