"""How many requests an agent's list holds: of the tallies where they can say it, else counted one by one up to a bound."""

from dataclasses import replace
from datetime import date
from typing import LiteralString

from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.requests.team.rows import COVERED
from services.requests.worklist.rows import CONDITIONS, Filter, conditions_of, values_of

MOST_COUNTED = 2_000
"""Of what no tally counts, so many are counted one by one."""

# A row for each value of each filter, not for each combination of values: of those there are more the more is stored.
CHOICES: LiteralString = """
SELECT CASE WHEN status IS NOT NULL THEN 'status' WHEN assignee IS NOT NULL THEN 'assignee' WHEN area IS NOT NULL THEN 'area'
            WHEN procedure IS NOT NULL THEN 'procedure' ELSE 'all' END AS name,
    coalesce(status, assignee, area, procedure, '') AS value, coalesce(sum(n), 0)::integer AS n
FROM ({cells}) AS cells WHERE n <> 0
GROUP BY GROUPING SETS ((), (status), (assignee), (area), (procedure))
"""
SORTED: LiteralString = " ORDER BY name, value"
TOTAL: LiteralString = "SELECT coalesce(sum(n), 0)::integer AS n FROM ({cells}) AS cells"
TOTAL_UP_TO: LiteralString = """
SELECT count(*)::integer AS n FROM (
    SELECT FROM requests WHERE department = ANY(%(departments)s) AND closed = ANY(%(either)s){where} LIMIT %(most)s
) AS found
"""
BY_DEPARTMENT: LiteralString = """
SELECT department, coalesce(sum({counted}) FILTER (WHERE true{where}), 0)::integer AS n, sum(requests) > %(large)s AS large
FROM work_counts WHERE department = ANY(%(departments)s) GROUP BY department"""
BY_DEPARTMENT_UP_TO: LiteralString = """
SELECT d.slug AS department, (SELECT count(*)::integer FROM (
    SELECT FROM requests WHERE department = d.slug AND closed = ANY(%(either)s){where} LIMIT %(most)s
) AS found) AS n, true AS large FROM unnest(%(departments)s::text[]) AS d(slug)"""
CELLS: LiteralString = """
SELECT {counted} AS n, status, assignee, area, procedure FROM work_counts WHERE department = ANY(%(departments)s)"""
ROWS: LiteralString = """
SELECT status, coalesce(assignee, '') AS assignee, area, procedure, count(*)::integer AS n FROM (
    SELECT status, assignee, area, procedure FROM requests WHERE department = ANY(%(departments)s){where} LIMIT %(most)s
) AS found GROUP BY status, assignee, area, procedure"""

# By department, whatever is stored: of the tallies, and of the index of erasures that wait for an answer.
PRESSING: LiteralString = f"""
SELECT coalesce(sum(unread), 0)::integer AS unread, coalesce(sum(alerts), 0)::integer AS alert,
    (SELECT count(*) FROM requests
     WHERE department = ANY(%(departments)s) AND {CONDITIONS["hidden"]} AND {CONDITIONS["erasure"]}) AS erasure,
    (SELECT coalesce(sum(requests), 0)::integer FROM due_counts
     WHERE department = ANY(%(departments)s) AND due_on < %(today)s) AS overdue
FROM work_counts WHERE department = ANY(%(departments)s) AND {CONDITIONS["hidden"]} AND NOT closed
"""  # noqa: S608 parts of ours

# What every page of the list has, whatever is chosen: all kinds of rows in one statement, told apart by their names.
STANDING: LiteralString = f"""
SELECT name, value, n, NULL::date AS until, NULL::bytea AS wrapped FROM ({CHOICES}) AS chosen
UNION ALL SELECT 'pressing', v.value, v.n, NULL, NULL FROM ({PRESSING}) AS p
    CROSS JOIN LATERAL (VALUES ('unread', unread), ('alert', alert), ('erasure', erasure), ('overdue', overdue)) AS v(value, n)
UNION ALL SELECT 'covered', c.agent_id, NULL, c.last_day, NULL FROM ({COVERED}) AS c
UNION ALL SELECT 'key', k.key_id, NULL, NULL, k.wrapped FROM keys k WHERE k.key_id = %(key_id)s
ORDER BY name, value
"""  # noqa: S608 parts of ours


def total(tx: Transaction, wanted: Filter, *, at_most: int | None = None) -> int:
    """How many requests are wanted in all; one more than `at_most`, or MOST_COUNTED, where there are more that no tally counts."""
    if wanted.counted:
        return tx.conn.execute(TOTAL.format(cells=_cells(wanted)), values_of(wanted)).fetchall()[0]["n"]
    sql: LiteralString = TOTAL_UP_TO.format(where=conditions_of(wanted))
    return tx.conn.execute(sql, values_of(wanted) | {"most": (at_most or MOST_COUNTED) + 1}).fetchall()[0]["n"]


Choices = dict[str, dict[str, int]]
"""By filter, how many requests have each of its values; under `all` and "" how many there are."""


class Standing(Struct):
    """What every page of an agent's list has: `choices` of the open requests; `pressing`, how many of these have unread exchanges
    (`unread`), are marked by their procedure (`alert`) or late (`overdue`), and how many, open or closed, have a request for erasure to
    be answered (`erasure`); whom the agent replaces today, and until when."""

    choices: Choices
    pressing: dict[str, int]
    covered: dict[str, date]


def standing(tx: Transaction, every: Filter, *, agent: str, key_id: str) -> Standing:
    """Of the open requests that the agent may see. The key, in which the look will be sealed, is read beside it. Late requests are tallied by
    department alone: past hidden procedures they are counted one by one, up to a bound."""
    found = Standing(choices=_no_choices(), pressing={}, covered={})
    sql: LiteralString = STANDING.format(cells=_cells(every))
    for row in tx.conn.execute(sql, values_of(every) | {"agent": agent, "key_id": key_id}):
        match row["name"]:
            case "pressing":
                found.pressing[row["value"]] = row["n"]
            case "covered":
                found.covered[row["value"]] = row["until"]
            case "key":
                tx.keys.learn(key_id, row["wrapped"])
            case name:
                found.choices[name][row["value"]] = row["n"]
    if every.hidden:
        found.pressing["overdue"] = min(total(tx, replace(every, overdue=True)), MOST_COUNTED)
    return found


def choices(tx: Transaction, wanted: Filter) -> Choices:
    """Of what is wanted; of what no tally counts, of the first MOST_COUNTED and one."""
    found, given = _no_choices(), values_of(wanted) | {"most": MOST_COUNTED + 1}
    for row in tx.conn.execute(CHOICES.format(cells=_cells(wanted)) + SORTED, given):
        found[row["name"]][row["value"]] = row["n"]
    return found


def _no_choices() -> Choices:
    return {"all": {}, "status": {}, "assignee": {}, "area": {}, "procedure": {}}


def _cells(wanted: Filter) -> LiteralString:
    """The tallies where they can answer, else the rows, up to a bound."""
    if not wanted.counted:
        return ROWS.format(where=conditions_of(wanted))
    return CELLS.format(counted=tally_of(wanted)) + counted_conditions_of(wanted)


def tally_of(wanted: Filter) -> LiteralString:
    return "unread" if wanted.unread else "alerts" if wanted.alert else "requests"


def counted_conditions_of(wanted: Filter) -> LiteralString:
    """The same for the tallies, where unread and marked requests are sums."""
    return conditions_of(replace(wanted, unread=False, alert=False), tallies=True)
