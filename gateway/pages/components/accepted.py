"""What may be answered, said before one answers; pure."""

import re
from datetime import date
from typing import assert_never

from gateway.dates import short_day
from services.procedures.schemas.definitions.forms import Field, FieldType
from services.procedures.schemas.definitions.values import HOURS, Bound
from services.townhall.sentences import number
from services.townhall.town_time import RelativeDay, parsed_day, resolved_day

SPACED_FROM = 10_000


def accepted(field: Field, today: date) -> str:
    """What a date or a number may be, said before one answers; not that a day may be no later than today."""
    least, most = field.min, field.max
    match field.type:
        case FieldType.DATE if least is not None and most is not None:
            return f"Du {_day(least, today)} au {_day(most, today)}."
        case FieldType.DATE if least is not None:
            return "Aujourd’hui ou plus tard." if _is_today(least) else f"À partir du {_day(least, today)}."
        case FieldType.DATE if most is not None and not _is_today(most):
            return f"Au plus tard le {_day(most, today)}."
        case FieldType.NUMBER if least is not None and most is not None:
            return f"De {_figures(least)} à {_figures(most)}."
        case FieldType.NUMBER if least is not None:
            return f"Au moins {_figures(least)}."
        case FieldType.NUMBER if most is not None:
            return f"Au plus {_figures(most)}."
        case FieldType.DATE | FieldType.NUMBER:
            return ""
        case FieldType.TEXT | FieldType.LONGTEXT | FieldType.EMAIL | FieldType.PHONE | FieldType.ADDRESS:
            return ""
        case FieldType.CHOICE | FieldType.MULTICHOICE | FieldType.CHECKBOX | FieldType.FILES | FieldType.POSITION:
            return ""
        case _:
            assert_never(field.type)


def _day(bound: Bound, today: date) -> str:
    return short_day(resolved_day(str(bound), today))


def _is_today(bound: Bound) -> bool:
    return parsed_day(str(bound)) == RelativeDay()


def _figures(bound: Bound) -> str:
    """A year is written without a space, an amount with."""
    return number(bound, spaced=isinstance(bound, int | float) and bound >= SPACED_FROM)


def hour_width(field: Field) -> str:
    """An hour is a short answer: its field is known by a pattern that takes both ways of writing one."""
    pattern = field.pattern
    return "w-8" if pattern and all(re.fullmatch(pattern, hour) for hour in HOURS) else ""
