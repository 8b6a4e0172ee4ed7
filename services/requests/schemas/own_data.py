"""Declared calls about what requests holds of people; asked by processes of ours alone: the archive of one person's data,
who has a request under way, and what a granted request changes in its holder's profile.

Of the archive everything is as the person's own pages show it: no internal note, nothing that only agents read. Moments are ISO 8601.
"""

from uuid import UUID

from services.chassis.contracts import Json, Query, text
from services.chassis.structs import Struct
from services.requests.schemas.statuses import AppointmentStatus

PAGE = 50


class Line(Struct):
    label: str
    value: str


class Section(Struct):
    title: str
    lines: tuple[Line, ...]


class HistoryLine(Struct):
    """A line of « Historique » as the person reads it."""

    at: str
    title: str
    detail: str
    who: str


class OwnAppointment(Struct):
    starts_at: str
    ends_at: str
    place: str
    status: AppointmentStatus


class OwnRequest(Struct):
    """`applicant` and `answers` as they were filed; `member`: the name of the person for whom it was made, "" for oneself."""

    id: UUID
    number: str
    procedure: str
    department: str
    status: str
    submitted_at: str
    archived: bool
    member: str
    applicant: tuple[Section, ...]
    answers: tuple[Line, ...]
    history: tuple[HistoryLine, ...]
    appointments: tuple[OwnAppointment, ...]


class OwnRequests(Struct):
    """`next`: what `after` of the following page is; "" after the last one."""

    requests: tuple[OwnRequest, ...] = ()
    next: str = ""


class ReadOwnRequests(Query[OwnRequests]):
    """A page of at most `PAGE` requests, the latest first: those of the account, or the one of `request_id`.

    Erased ones are left out, for nothing of the person is in them. Raises RequestErased where the one asked for is.
    """

    account_id: UUID | None = None
    request_id: UUID | None = None
    after: str = text(36)


class OwnDraft(Struct):
    """`typed`: the answers as they were typed, right or wrong; `answers`: those that can be read, with their questions."""

    id: UUID
    procedure: str
    begun_at: str
    changed_at: str
    expires_at: str
    member: str
    applicant: tuple[Section, ...]
    answers: tuple[Line, ...]
    typed: Json


class OwnDrafts(Struct):
    drafts: tuple[OwnDraft, ...] = ()


class ReadOwnDrafts(Query[OwnDrafts]):
    """What the account has begun and not filed."""

    account_id: UUID


class AccountsWithOpenRequests(Struct):
    """Ids of accounts, in no order."""

    accounts: tuple[UUID, ...]


class FilterOpenRequests(Query[AccountsWithOpenRequests]):
    """Those of these accounts that hold a request which is not closed."""

    accounts: tuple[UUID, ...]


class ProfileUpdate(Struct):
    """`values`: by name of the profile (`address`, `mobile_phone` …), as the request was filed with them; `cleared`: the
    names whose present value is given up; `number`: of the request."""

    values: Json
    cleared: tuple[str, ...]
    number: str = ""


class ProfileUpdateOf(Query[ProfileUpdate]):
    """Refused where the request was erased, or decided no change."""

    request_id: UUID
