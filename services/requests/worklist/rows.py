"""The agents' work list: a page of the requests of some departments, and how many there are.

Each department is read in the order of an index and the pages are merged, so a page costs the same whatever is stored;
totals come from the tallies. What a procedure marks comes first, assigned or not. A name is found by keyed hashes
of its words, a number by any part of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, LiteralString

from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.requests.request import numbers, rows as store
from services.requests.request.rows import COLUMNS, WITH_AGENDA, RequestRow

PAGE = 20


class Filter(Struct):
    """What an agent wants to see; None: any value, of `closed` open and closed alike."""

    departments: Sequence[str]
    today: date
    closed: bool | None = False
    status: str | None = None
    area: str | None = None
    procedure: str | None = None
    assignee: str | None = None  # "": unassigned
    unread: bool = False
    overdue: bool = False
    alert: bool = False
    erasure: bool = False  # asked for and still to be answered
    number: str | None = None
    part: numbers.Part | None = None  # of a number; looked for beside the words
    words: Sequence[bytes] = ()

    @property
    def counted(self) -> bool:
        """Whether the total can be read from the tallies."""
        return not (self.overdue or self.erasure or self.words or self.number)


ORDERS: dict[str, LiteralString] = {
    "due": "open_alert DESC, aimed_on ASC NULLS LAST, request_id",
    "submitted": "submitted_at, request_id",
    "-submitted": "submitted_at DESC, request_id DESC",
}

CONDITIONS: dict[str, LiteralString] = {
    "open": "NOT closed",
    "closed": "closed",
    "status": "status = %(status)s",
    "area": "area = %(area)s",
    "procedure": "procedure = %(procedure)s",
    "assignee": "assignee = %(assignee)s",
    "unassigned": "assignee IS NULL",
    "unread": "unread_town > 0",
    "overdue": "NOT closed AND aimed_on < %(today)s",
    "alert": "open_alert",
    "erasure": "erasure = 'asked' AND NOT erased",
    "number": "number = %(number)s",
    "words": "request_id IN (SELECT request_id FROM request_words WHERE token = ANY(%(words)s) "
    "GROUP BY request_id HAVING count(*) = %(word_count)s "
    "UNION ALL SELECT request_id FROM number_parts WHERE part = %(part)s AND starts_with(rest, %(rest)s))",
}

PAGE_OF: LiteralString = """
SELECT {columns}, a.version AS agenda_version FROM unnest(%(departments)s::text[]) AS d(slug) CROSS JOIN LATERAL (
    SELECT * FROM requests WHERE department = d.slug{where} ORDER BY {order} LIMIT %(enough)s
) AS r {with_agenda} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s
"""

# A row for each value of each filter, not for each combination of values: of those there are more the more is stored.
CHOICES: LiteralString = """
SELECT CASE WHEN status IS NOT NULL THEN 'status' WHEN assignee IS NOT NULL THEN 'assignee' WHEN area IS NOT NULL THEN 'area'
            WHEN procedure IS NOT NULL THEN 'procedure' ELSE 'all' END AS name,
    coalesce(status, assignee, area, procedure, '') AS value, coalesce(sum(n), 0)::integer AS n
FROM ({cells}) AS cells WHERE n <> 0
GROUP BY GROUPING SETS ((), (status), (assignee), (area), (procedure)) ORDER BY name, value
"""
TOTAL: LiteralString = "SELECT coalesce(sum(n), 0)::integer AS n FROM ({cells}) AS cells"
CELLS: LiteralString = """
SELECT {counted} AS n, status, assignee, area, procedure FROM work_counts WHERE department = ANY(%(departments)s)"""
ROWS: LiteralString = """
SELECT status, coalesce(assignee, '') AS assignee, area, procedure, 1 AS n FROM requests
WHERE department = ANY(%(departments)s)"""

# By department, whatever is stored: of the tallies, and of the index of erasures that wait for an answer.
PRESSING: LiteralString = f"""
SELECT coalesce(sum(unread), 0)::integer AS unread, coalesce(sum(alerts), 0)::integer AS alert,
    (SELECT count(*) FROM requests WHERE department = ANY(%(departments)s) AND {CONDITIONS["erasure"]}) AS erasure,
    (SELECT coalesce(sum(requests), 0)::integer FROM due_counts
     WHERE department = ANY(%(departments)s) AND due_on < %(today)s) AS overdue
FROM work_counts WHERE department = ANY(%(departments)s) AND NOT closed
"""  # noqa: S608 parts of ours


def page(tx: Transaction, wanted: Filter, *, sort: str, number: int) -> list[RequestRow]:
    sql, given = page_query(wanted, sort=sort, number=number)
    return [store.row_of(tx, row) for row in tx.conn.execute(sql, given).fetchall()]


def page_query(wanted: Filter, *, sort: str, number: int) -> tuple[LiteralString, dict[str, Any]]:
    offset = (number - 1) * PAGE
    sql: LiteralString = PAGE_OF.format(
        columns=COLUMNS, where=_where(wanted), order=ORDERS[sort], with_agenda=WITH_AGENDA
    )
    return sql, {**_given(wanted), "limit": PAGE, "offset": offset, "enough": offset + PAGE}


def total(tx: Transaction, wanted: Filter) -> int:
    """How many requests are wanted in all."""
    return tx.conn.execute(TOTAL.format(cells=_cells(wanted)), _given(wanted)).fetchall()[0]["n"]


def choices(tx: Transaction, wanted: Filter) -> dict[str, dict[str, int]]:
    """Of what is wanted: how many have each value of each filter, and under `all` and "" how many there are."""
    found: dict[str, dict[str, int]] = {"all": {}, "status": {}, "assignee": {}, "area": {}, "procedure": {}}
    for row in tx.conn.execute(CHOICES.format(cells=_cells(wanted)), _given(wanted)):
        found[row["name"]][row["value"]] = row["n"]
    return found


def _cells(wanted: Filter) -> LiteralString:
    """The tallies where they can answer, else the rows."""
    if not wanted.counted:
        return ROWS + _where(wanted)
    counted: LiteralString = "unread" if wanted.unread else "alerts" if wanted.alert else "requests"
    return CELLS.format(counted=counted) + _where_counted(wanted)


def pressing(tx: Transaction, wanted: Filter) -> dict[str, int]:
    """How many open requests of the departments have unread exchanges (`unread`), are marked by their procedure (`alert`) or late
    (`overdue`); and how many, open or closed, have a request for erasure to be answered (`erasure`)."""
    return tx.conn.execute(PRESSING, _given(wanted)).fetchall()[0]


def _where(wanted: Filter, *, tallies: bool = False) -> LiteralString:
    named = [name for name in ("status", "area", "procedure") if getattr(wanted, name) is not None]
    if wanted.closed is not None:
        named.append("closed" if wanted.closed else "open")
    if wanted.assignee is not None:
        named.append("assignee" if wanted.assignee or tallies else "unassigned")
    named += [name for name in ("unread", "overdue", "alert", "erasure", "number", "words") if getattr(wanted, name)]
    nothing: LiteralString = ""
    return nothing.join(" AND " + CONDITIONS[name] for name in named)


def _where_counted(wanted: Filter) -> LiteralString:
    """The same for the tallies, where unread and marked requests are sums."""
    return _where(replace(wanted, unread=False, alert=False), tallies=True)


def _given(wanted: Filter) -> dict[str, Any]:
    part, rest = wanted.part or (None, None)
    lists = {"departments": list(wanted.departments), "words": list(wanted.words)}
    return {**vars(wanted), **lists, "part": part, "rest": rest, "word_count": len(set(wanted.words))}
