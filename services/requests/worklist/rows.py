"""The agents' work list: a page of the requests of some departments, and how many there are.

Each department is read in the order of an index, from any place of it, and the pages are merged: a page costs the same whatever
is stored, the last like the first. A department that holds few of what is wanted would be read to its end for them: there they are
found by what they are, and sorted. Totals come from the tallies, or are counted up to a bound. What a procedure marks comes first
in the order of the days, assigned or not. A name is found by keyed hashes of its words, a number by any part of it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, LiteralString

from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.requests.access.rules import Reach
from services.requests.request import numbers, rows as store
from services.requests.request.rows import COLUMNS, WITH_AGENDA, RequestRow
from services.requests.schemas.statuses import Status
from services.requests.worklist.cursors import Place

PAGE = 20
MOST_PIECES = 40


class Filter(Struct):
    """What an agent wants to see; None: any value, of `closed` open and closed alike."""

    departments: Sequence[str]
    today: date
    few: Sequence[str] = ()  # departments beside these, of which a page sorts what is wanted as it is found (spread.py)
    hidden: Sequence[str] = ()  # procedures of which the agent sees nothing
    closed: bool | None = False
    status: str | None = None
    area: str | None = None
    procedure: str | None = None
    assignee: str | None = None  # "": unassigned
    covered: Sequence[str] = ()  # agents whom the assignee replaces
    unread: bool = False
    overdue: bool = False
    alert: bool = False
    erasure: bool = False  # asked for and still to be answered
    ours: bool = False  # the town has to act, not the person
    pieces_late: bool = False  # awaited, and their date is over
    piece: str | None = None  # awaited
    agendas: Sequence[str] | None = None
    since: datetime | None = None  # received then or later
    until: datetime | None = None  # received before
    number: str | None = None
    part: numbers.Part | None = None  # of a number; looked for beside the words
    words: Sequence[bytes] = ()

    @property
    def counted(self) -> bool:
        """Whether the total can be read from the tallies; else what is wanted may be many, and is counted up to a bound."""
        chosen = (self.overdue, self.erasure, self.ours, self.pieces_late, self.words, self.number)
        narrow = (self.agendas, self.since, self.until, self.piece)
        return not any(chosen) and all(one is None for one in narrow)


class Line(Struct):
    """A request in the list, and its place in the order of the list."""

    row: RequestRow
    place: tuple[str, ...]


class Chosen(Struct):
    """A request that was chosen, and the version of its stream."""

    row: RequestRow
    version: int


class Awaited(Struct):
    """A piece by its slug, in a version of a procedure that asks for it, and how many requests of that procedure await it."""

    piece: str
    procedure: str
    version: int
    count: int


Keys = tuple[tuple[LiteralString, LiteralString], ...]
"""What rows are sorted by, each with its type; all of it runs one way, and no two rows are equal."""
ID: Keys = (("r.request_id", "uuid"),)
BY_DUE: Keys = (("(NOT r.open_alert)", "boolean"), ("coalesce(r.aimed_on, 'infinity'::date)", "date"), *ID)
KEYS: dict[str, Keys] = {
    "due": BY_DUE,
    "submitted": (("r.submitted_at", "timestamptz"), *ID),
    "closed": (("coalesce(r.closed_at, 'infinity'::timestamptz)", "timestamptz"), *ID),
    "number": (("r.number", "text"),),
    "status": (("r.status", "text"), *BY_DUE),
    "procedure": (("r.procedure", "text"), *BY_DUE),
    "assignee": (("r.assignee_name", "text"), *BY_DUE),
}
"""Each is an index (migrations 0130, 0140 to 0148); « -x » is the order x from its end."""
FIXED = {"status": "status", "procedure": "procedure", "assignee": "assignee"}
"""By order, the filter by which all that is listed has the same first part of it."""
AT: tuple[LiteralString, ...] = ("at_0", "at_1", "at_2", "at_3")

CONDITIONS: dict[str, LiteralString] = {
    "hidden": "procedure <> ALL(%(hidden)s)",
    "open": "NOT closed",
    "closed": "closed",
    "status": "status = %(status)s",
    "area": "area = %(area)s",
    "procedure": "procedure = %(procedure)s",
    "assignee": "assignee = %(assignee)s",
    "covered": "assignee = ANY(%(covered)s)",
    "unassigned": "assignee IS NULL",
    "unread": "unread_town > 0",
    "overdue": "NOT closed AND coalesce(aimed_on, 'infinity'::date) < %(today)s",
    "alert": "open_alert",
    "erasure": "erasure = 'asked' AND NOT erased",
    "ours": "status <> 'awaiting_documents' AND NOT (status = 'scheduled' AND coalesce(appointment_at >= %(today)s, false))",
    "pieces_late": "NOT closed AND documents_deadline < %(today)s",
    "piece": "%(piece)s = ANY(awaited_documents)",
    "agendas": "agenda IS NOT NULL AND agenda = ANY(%(agendas)s)",
    "since": "submitted_at >= %(since)s",
    "until": "submitted_at < %(until)s",
    "number": "number = %(number)s",
    "words": "request_id IN (SELECT request_id FROM request_words WHERE token = ANY(%(words)s) "
    "GROUP BY request_id HAVING count(*) = %(word_count)s "
    "UNION ALL SELECT request_id FROM number_parts WHERE part = %(part)s AND starts_with(rest, %(rest)s))",
}

GIVEN = (
    "hidden", "unread", "overdue", "alert", "erasure", "ours", "pieces_late", "piece", "since", "until", "number", "words",
)  # fmt: skip
"""Conditions of those names that stand where their field says anything."""

# How many rows the first page of a list has, and one: a limit that is written out is known to a plan that is kept for all parameters.
FIRST_PAGES: dict[int, LiteralString] = {21: "21", 51: "51", 201: "201"}
# Keys and agendas are looked up of the rows that are shown, once these are known. How many departments there are is hidden from the
# planner by a sub-select: a plan for those that are given then looks no cheaper than the one for all, which is made once and kept.
PAGE_OF: LiteralString = """
SELECT {columns}, a.version AS agenda_version, ARRAY[{place}] AS place FROM (
    SELECT * FROM (
        SELECT r.* FROM unnest(ARRAY(SELECT unnest(%(departments)s::text[]))) AS d(slug) CROSS JOIN (VALUES {either}) AS o(is_closed)
        CROSS JOIN LATERAL (
            SELECT * FROM requests r WHERE r.department = d.slug AND r.closed = o.is_closed{where}
            ORDER BY {order} LIMIT {enough}
        ) AS r{few}
    ) AS r ORDER BY {order} LIMIT {limit} OFFSET %(offset)s
) AS r {with_agenda} ORDER BY {order}
"""
# `OFFSET 0`: read by what they are, never along the order.
FEW_OF: LiteralString = """
        UNION ALL SELECT r.* FROM (
            SELECT * FROM requests r WHERE r.department = ANY(%(few)s) AND r.closed = ANY(VALUES {either}){where} OFFSET 0
        ) AS r"""

EITHER: dict[bool | None, LiteralString] = {False: "(false)", True: "(true)", None: "(false), (true)"}
"""By what is wanted, whether a request is closed."""

AWAITED: LiteralString = """
SELECT piece, r.procedure, max(r.version) AS version, count(*)::integer AS count
FROM requests r CROSS JOIN LATERAL unnest(r.awaited_documents) AS piece
WHERE r.department = ANY(%(departments)s) AND r.procedure <> ALL(%(hidden)s) AND NOT r.closed AND r.status = %(status)s
GROUP BY piece, r.procedure ORDER BY count(*) DESC, piece, r.procedure
"""

SELECTED: LiteralString = (
    "SELECT "  # noqa: S608 parts of ours
    + COLUMNS
    + """, a.version AS agenda_version,
    (SELECT max(e.version) FROM events e WHERE e.stream = 'request-' || r.request_id) AS stream_version
FROM requests r """
    + WITH_AGENDA
    + """
WHERE r.number = ANY(%(numbers)s) AND r.department = ANY(%(departments)s) AND r.procedure <> ALL(%(hidden)s)
ORDER BY array_position(%(numbers)s::text[], r.number)
"""
)


def page(
    tx: Transaction, wanted: Filter, *, sort: str, limit: int = PAGE, offset: int = 0, place: Place | None = None
) -> tuple[list[Line], bool]:
    """So many rows in that order, from the first after `offset`, from a place on, or up to it; and whether there are more that way."""
    sql, given = page_query(wanted, sort=sort, limit=limit + 1, offset=offset, place=place)
    found = tx.conn.execute(sql, given).fetchall()
    lines = [Line(row=store.row_of(tx, row), place=tuple(row["place"])) for row in found[:limit]]
    return lines[::-1] if place and place.before else lines, len(found) > limit


def awaited(tx: Transaction, reach: Reach) -> list[Awaited]:
    """The pieces that open requests which the agent may see await, by procedure, those that most await first."""
    given = _of(reach) | {"status": Status.AWAITING}
    return [Awaited(**row) for row in tx.conn.execute(AWAITED, given).fetchall()]


def selected(tx: Transaction, reach: Reach, chosen: Sequence[str]) -> list[Chosen]:
    """Those of these numbers that the agent may see, in that order."""
    given = _of(reach) | {"numbers": list(chosen)}
    found = tx.conn.execute(SELECTED, given).fetchall()
    return [Chosen(row=store.row_of(tx, row), version=row["stream_version"]) for row in found]


def keys_of(wanted: Filter, sort: str) -> Keys:
    """What the rows that are wanted differ by in that order."""
    order = sort.removeprefix("-")
    fixed = order in FIXED and getattr(wanted, FIXED[order]) is not None and not wanted.covered
    return KEYS[order][1:] if fixed else KEYS[order]


def page_query(
    wanted: Filter, *, sort: str, limit: int = PAGE, offset: int = 0, place: Place | None = None
) -> tuple[LiteralString, dict[str, Any]]:
    keys = keys_of(wanted, sort)
    backwards = sort.startswith("-") != (place is not None and place.before)
    beyond, at = _beyond(keys, place, backwards=backwards)
    where = conditions_of(wanted) + beyond
    at_most = FIRST_PAGES.get(limit, "%(limit)s")
    either: LiteralString = EITHER[wanted.closed]
    sql: LiteralString = PAGE_OF.format(
        limit=at_most,
        enough="%(enough)s" if offset else at_most,
        either=either,
        columns=COLUMNS,
        place=", ".join([key + "::text" for key, _ in keys]),
        where=where,
        few=FEW_OF.format(where=where, either=either) if wanted.few else "",
        order=", ".join([key + " DESC" if backwards else key for key, _ in keys]),
        with_agenda=WITH_AGENDA,
    )
    given = values_of(wanted) | {"limit": limit, "offset": offset, "enough": offset + limit}
    return sql, given | at


def _beyond(keys: Keys, place: Place | None, *, backwards: bool) -> tuple[LiteralString, dict[str, str]]:
    """The comparison of rows at which a page begins; nothing where it begins at an end of the list."""
    if place is None or not place.values:
        return "", {}
    row: LiteralString = ", ".join([key for key, _ in keys])
    values: LiteralString = ", ".join(["%(" + name + ")s::" + kind for name, (_, kind) in zip(AT, keys, strict=False)])
    than: LiteralString = ") < (" if backwards else ") > ("
    return " AND (" + row + than + values + ")", dict(zip(AT, place.values, strict=False))


def _of(reach: Reach) -> dict[str, list[str]]:
    return {"departments": list(reach.departments), "hidden": list(reach.hidden)}


def conditions_of(wanted: Filter, *, tallies: bool = False) -> LiteralString:
    named = [name for name in ("status", "area", "procedure") if getattr(wanted, name) is not None]
    if wanted.closed is not None:
        named.append("closed" if wanted.closed else "open")
    if wanted.covered:
        named.append("covered")
    elif wanted.assignee is not None:
        named.append("assignee" if wanted.assignee or tallies else "unassigned")
    named += [name for name in GIVEN if getattr(wanted, name)]
    if wanted.agendas is not None:
        named.append("agendas")
    nothing: LiteralString = ""
    return nothing.join(" AND " + CONDITIONS[name] for name in named)


def values_of(wanted: Filter) -> dict[str, Any]:
    part, rest = wanted.part or (None, None)
    lists = {name: list(getattr(wanted, name) or ()) for name in ("departments", "few", "hidden", "words", "agendas")}
    whose = [*wanted.covered, wanted.assignee]
    either = [False, True] if wanted.closed is None else [wanted.closed]
    return {
        **vars(wanted),
        **lists,
        "covered": whose,
        "either": either,
        "part": part,
        "rest": rest,
        "word_count": len(set(wanted.words)),
    }
