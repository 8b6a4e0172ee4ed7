"""The least and the most that a field accepts: numbers, or days counted from the day of submission; pure."""

from collections.abc import Iterator
from datetime import date

from services.procedures.schemas.definitions.forms import Field, FieldType
from services.procedures.schemas.definitions.values import Bound
from services.townhall.town_time import RelativeDay, parsed_day


def problems(field: Field) -> Iterator[tuple[str, str]]:
    """What is wrong with `min` and `max` of a date or a number: option and French sentence."""
    dated = field.type is FieldType.DATE
    least, most = (_days(end) if dated else _number(end) for end in (field.min, field.max))
    for end, written, value in (("min", field.min, least), ("max", field.max, most)):
        if written is not None and value is None:
            yield end, "Il faut une date, ou un jour tel que D, D-12 ou D+16y." if dated else "Il faut un nombre."
    # An absolute day and a relative one are only comparable on the day itself.
    if least is not None and most is not None and type(least) is type(most) and least > most:  # type: ignore[operator]
        yield "min", "La limite basse dépasse la limite haute."


def _number(value: Bound) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _days(value: Bound) -> date | int | None:
    """Days from the day of submission, a calendar day, or None when the text is neither."""
    if not isinstance(value, str):
        return None
    try:
        day = parsed_day(value)
    except ValueError:
        return None
    return day.days + 365 * day.years if isinstance(day, RelativeDay) else day
