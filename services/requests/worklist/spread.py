"""Splits the departments of a list by how many requests match: many are read in the order of an index; few are selected by the
filter and sorted, for an order would be read to its end."""

from dataclasses import replace
from typing import LiteralString

from services.chassis.event_store.transaction import Transaction
from services.requests.worklist.counts.rows import BY_DEPARTMENT, BY_DEPARTMENT_UP_TO, counted_conditions_of, tally_of
from services.requests.worklist.rows import Filter, conditions_of, values_of

FEW = 1000
"""So many of a department are sorted as they are found; of more, some come soon in any order."""
LARGE = 20_000
"""Where a department holds more than so many, it is not read for what the tallies do not know of."""


def spread(tx: Transaction, wanted: Filter) -> Filter:
    """The same, its departments parted into those in which many are wanted and those in which few are. Small ones without any are among
    the few, for the tallies come a moment after what happens."""
    plain = Filter(departments=wanted.departments, today=wanted.today, hidden=wanted.hidden, closed=wanted.closed)
    if wanted == plain:
        return wanted
    if wanted.words or wanted.number:
        return replace(wanted, departments=(), few=wanted.departments)
    if wanted.counted:
        sql: LiteralString = BY_DEPARTMENT.format(counted=tally_of(wanted), where=counted_conditions_of(wanted))
    else:
        sql = BY_DEPARTMENT_UP_TO.format(where=conditions_of(wanted))
    counted = tx.conn.execute(sql, values_of(wanted) | {"most": FEW + 1, "large": LARGE}).fetchall()
    many = [row["department"] for row in counted if row["n"] > FEW]
    without = [row["department"] for row in counted if row["large"] and not row["n"]]
    few = [one for one in wanted.departments if one not in many and one not in without]
    return replace(wanted, departments=many, few=few)
