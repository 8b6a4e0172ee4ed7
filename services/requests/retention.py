"""How long a closed request is kept, and what comes next: the procedure's own words, counted from date to date. Pure."""

from datetime import date
from typing import Any

from services.requests import deadlines
from services.requests.commands import Definition

Json = dict[str, Any]


def kept_until(definition: Definition, closed_on: date | None) -> date | None:
    """The last day of the retention; None while the request is open: it has not begun to run."""
    if closed_on is None:
        return None
    return deadlines.months_after(closed_on, int(definition["retention"]["months"]))


def told(definition: Definition, closed_on: date | None) -> Json:
    """What the person is told of it."""
    until = kept_until(definition, closed_on)
    return {
        "months": int(definition["retention"]["months"]),
        "until": until.isoformat() if until else None,
        "then": definition["retention"]["then"],
    }
