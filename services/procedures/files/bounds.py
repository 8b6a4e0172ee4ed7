"""The least and the most that a field accepts: numbers, or days counted from the day of submission; pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.townhall.town_time import RelativeDay, parsed_day


def problems(field: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with `min` and `max` of a date or a number: option and French sentence."""
    read = _days if field["type"] == "date" else _number
    least, most = (read(field[end]) if end in field else None for end in ("min", "max"))
    for end, value in (("min", least), ("max", most)):
        if end in field and value is None:
            yield end, _expected(field["type"])
    # An absolute day and a relative one are only comparable on the day itself.
    if least is not None and most is not None and type(least) is type(most) and least > most:  # type: ignore[operator]
        yield "min", "La limite basse dépasse la limite haute."


def _expected(kind: str) -> str:
    return "Il faut une date, ou un jour tel que D, D-12 ou D+16y." if kind == "date" else "Il faut un nombre."


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _days(value: Any) -> date | int | None:
    """Days from the day of submission, a calendar day, or None when the text is neither."""
    if not isinstance(value, str):
        return None
    try:
        day = parsed_day(value)
    except ValueError:
        return None
    return day.days + 365 * day.years if isinstance(day, RelativeDay) else day
