"""Days and periods as definitions name them: working days, calendar periods, dates relative to today; pure, in the town's time zone."""

from datetime import date, datetime, timedelta
from typing import assert_never

from dateutil.relativedelta import relativedelta

from services.procedures.schemas.definitions.procedures import Period
from services.townhall.public_holidays import public_holidays
from services.townhall.town_time import local_day, start_of_day

PERIOD_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.SEMESTER: 6, Period.YEAR: 12}


def is_working_day(day: date) -> bool:
    """Monday to Friday, minus the legal holidays."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def working_days_after(day: date, days: int) -> date:
    """The working day on which `days` working days have passed; `days` of 0 gives the next working day or `day`."""
    current = day
    left = days
    while left > 0 or not is_working_day(current):
        current += timedelta(days=1)
        if is_working_day(current) and left > 0:
            left -= 1
    return current


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    return day + relativedelta(months=months)


def period_key(period: Period, instant: datetime) -> str:
    """The name of the calendar period that holds the instant: `2026-11-25`, `2026-W48`, `2026-11`, `2026-Q4`, `2026-S2`, `2026`."""
    day = local_day(instant)
    match period:
        case Period.DAY:
            return day.isoformat()
        case Period.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02d}"
        case Period.MONTH:
            return f"{day.year}-{day.month:02d}"
        case Period.QUARTER:
            return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
        case Period.SEMESTER:
            return f"{day.year}-S{(day.month - 1) // 6 + 1}"
        case Period.YEAR:
            return f"{day.year}"
        case _:
            assert_never(period)


def period_starts(period: Period, instant: datetime) -> datetime:
    """The first instant of the calendar period that holds the instant, in UTC."""
    day = local_day(instant)
    match period:
        case Period.DAY:
            return start_of_day(day)
        case Period.WEEK:
            return start_of_day(day - timedelta(days=day.weekday()))
        case Period.MONTH | Period.QUARTER | Period.SEMESTER | Period.YEAR:
            months = PERIOD_MONTHS[period]
            return start_of_day(date(day.year, (day.month - 1) // months * months + 1, 1))
        case _:
            assert_never(period)


def period_ends(period: Period, instant: datetime) -> datetime:
    """The first instant of the following period, in UTC: when a quota opens again."""
    first = local_day(period_starts(period, instant))
    match period:
        case Period.DAY | Period.WEEK:
            return start_of_day(first + timedelta(days=1 if period is Period.DAY else 7))
        case Period.MONTH | Period.QUARTER | Period.SEMESTER | Period.YEAR:
            return start_of_day(months_after(first, PERIOD_MONTHS[period]))
        case _:
            assert_never(period)
