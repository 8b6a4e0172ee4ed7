"""The declared call behind « Mon tableau de bord »: what is latest, and what waits for the holder of a space."""

from services.chassis.contracts import Query
from services.chassis.structs import Struct


class StatusShown(Struct):
    slug: str
    label: str
    closed: bool
    meaning: str


class Silence(Struct):
    """`effect`: acceptance or rejection; `on`: an ISO 8601 day."""

    effect: str
    on: str


class Kept(Struct):
    """`months` after the close, `until` that day once it is known, and what comes `then`."""

    months: int
    then: str
    until: str | None = None


class ListedRequest(Struct):
    """What every list says of a request. Moments and days are ISO 8601; `unread`: the exchanges that the reader's side has to open."""

    request_id: str
    number: str
    procedure: str
    procedure_title: str
    area: str
    member_name: str
    status: StatusShown
    submitted_at: str
    archived: bool
    unread: int
    appointment_place: str


class RequestLine(ListedRequest):
    """A request in a list of its holder."""

    kept: Kept
    due_on: str | None = None
    implicit_decision: Silence | None = None
    appointment_at: str | None = None


class Dashboard(Struct):
    """None of these requests is archived.

    `latest`: as many as the town says, the newest first. `unread`: all with an exchange to open, `to_read`: how many
    exchanges that makes. `appointments`: all whose appointment's day is not over, the nearest first.
    """

    latest: tuple[RequestLine, ...]
    unread: tuple[RequestLine, ...]
    appointments: tuple[RequestLine, ...]
    to_read: int


class ReadDashboard(Query[Dashboard]):
    """Of the citizen who asks."""
