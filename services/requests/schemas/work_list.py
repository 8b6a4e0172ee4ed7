"""Declared call of the agents' work list. Moments and days are ISO 8601."""

from datetime import date

from services.chassis.contracts import RecordedLook
from services.chassis.french_fields import one_of
from services.chassis.structs import Struct
from services.requests.schemas.dashboard import ListedRequest
from services.requests.schemas.shapes import A_NAME, A_SLUG, optional_text, optional_whole

VIEWS = ("open", "mine", "unassigned", "unread", "alert", "erasure", "overdue", "awaiting", "closed", "all")
ORDERS = ("due", "submitted", "closed", "number", "status", "procedure", "assignee")
SORTS = (*ORDERS, *(f"-{order}" for order in ORDERS))
"""« -x » is the order x from its end."""
MISSING = ("any", "late")
MOST_ROWS = 200


class Assignee(Struct):
    id: str
    name: str | None


class WorkLine(ListedRequest):
    """`due_on`: the day aimed at; `alert`: the words of its mark. `covered_until`: until when its agent is absent, whom the reader
    replaces."""

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
    covered_until: date | None = None
    appointment_at: str | None
    department: str


class Choice(Struct):
    """A value of a filter, and how many requests of the view have it."""

    value: str
    count: int


class AgendaChoice(Struct):
    """An agenda by which a list may be narrowed, with the site where one comes."""

    slug: str
    title: str
    site: str
    site_name: str


class AwaitedPiece(Struct):
    """A piece that persons were asked for, and how many open requests of the departments await it. Where procedures call it otherwise,
    `label` has each of its names."""

    slug: str
    label: str
    count: int


class WorkList(Struct):
    """A page of requests with their total. `counts`: how many the usual views hold; `options`: by filter.

    `first`: the rank of the first row, as far as is known of a page that was come to by a cursor. `next`, `previous`: the cursors of
    the pages beside it. `more`: there are more requests than `total`, which are not counted one by one. `agendas`, `awaited`: where they are
    asked for.
    """

    items: tuple[WorkLine, ...]
    total: int
    page: int
    pages: int
    per_page: int
    sort: str
    counts: dict[str, int]
    options: dict[str, tuple[Choice, ...]]
    first: int = 1
    next: str | None = None
    previous: str | None = None
    more: bool = False
    agendas: tuple[AgendaChoice, ...] = ()
    awaited: tuple[AwaitedPiece, ...] = ()


class Narrowed(Struct):
    """What a list of the agent's departments is narrowed to, and its order. `assignee`: an agent's id, "me" or "none"; `missing`: pieces
    are awaited ("any"), or their date is over ("late"); `piece`: that one is awaited."""

    view: str | None = optional_text(one_of(VIEWS))
    status: str | None = optional_text(A_NAME)
    area: str | None = optional_text(A_SLUG)
    procedure: str | None = optional_text(A_SLUG)
    department: str | None = optional_text(A_SLUG)
    assignee: str | None = optional_text()
    overdue: bool | None = None
    missing: str | None = optional_text(one_of(MISSING))
    piece: str | None = optional_text(A_NAME)
    agenda: str | None = optional_text(A_SLUG)
    site: str | None = optional_text(A_SLUG)
    received_from: date | None = None
    received_until: date | None = None
    sort: str | None = optional_text(one_of(SORTS))


class ListWork(Narrowed, RecordedLook[WorkList], method="work_list"):
    """`q`: a number, a part of one, or a name. `cursor`: of a page that was given, or "end"; it comes before `page`. `choices`: whether
    agendas to choose from are to be answered too; false: not even the `options`. `awaited`: whether pieces to choose from are."""

    q: str | None = optional_text(blank=True)
    page: int | None = optional_whole(least=1, most=10_000)
    cursor: str | None = optional_text()
    rows: int | None = optional_whole(least=1, most=MOST_ROWS)
    choices: bool | None = None
    awaited: bool | None = None
