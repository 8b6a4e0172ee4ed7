"""Declared call of the agents' work list. Moments and days are ISO 8601."""

from services.chassis.contracts import RecordedLook
from services.chassis.french_fields import one_of
from services.chassis.structs import Struct
from services.requests.schemas.dashboard import ListedRequest
from services.requests.schemas.shapes import A_NAME, A_SLUG, optional_text, optional_whole

VIEWS = ("open", "mine", "unassigned", "unread", "alert", "erasure", "overdue", "awaiting", "closed", "all")
SORTS = ("due", "submitted", "-submitted")


class Assignee(Struct):
    id: str
    name: str | None


class WorkLine(ListedRequest):
    """`due_on`: the day aimed at; `alert`: the words of its mark."""

    applicant_name: str | None
    closed_at: str | None
    due_on: str | None
    implicit_on: str | None
    implicit_effect: str | None
    implicit_reached: bool
    alert: str | None = None
    erasure_asked: bool
    overdue: bool
    assignee: Assignee | None
    appointment_at: str | None
    department: str


class Choice(Struct):
    """A value of a filter, and how many requests of the view have it."""

    value: str
    count: int


class WorkList(Struct):
    """A page of requests with their exact total. `counts`: how many the usual views hold; `options`: by filter."""

    items: tuple[WorkLine, ...]
    total: int
    page: int
    pages: int
    per_page: int
    sort: str
    counts: dict[str, int]
    options: dict[str, tuple[Choice, ...]]


class ListWork(RecordedLook[WorkList], method="work_list"):
    """Of the agent's departments. `assignee`: an agent's id, "me" or "none"; `q`: a number, a part of one, or a name."""

    view: str | None = optional_text(one_of(VIEWS))
    status: str | None = optional_text(A_NAME)
    area: str | None = optional_text(A_SLUG)
    procedure: str | None = optional_text(A_SLUG)
    assignee: str | None = optional_text()
    overdue: bool | None = None
    q: str | None = optional_text(blank=True)
    sort: str | None = optional_text(one_of(SORTS))
    page: int | None = optional_whole(least=1, most=10_000)
