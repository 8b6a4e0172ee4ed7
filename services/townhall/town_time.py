"""The town's own time: what day it is there, and when a day begins. Pure; instants are in UTC everywhere else."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

TOWN_TIME = ZoneInfo("Europe/Paris")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""How files and definitions name the days of a week, in the order of `date.weekday()`."""
RELATIVE = re.compile(r"D(?:([+-])(\d{1,5})(y?))?")


def local_day(instant: datetime) -> date:
    """The day in the town at that instant."""
    return instant.astimezone(TOWN_TIME).date()


def start_of_day(day: date) -> datetime:
    """Midnight in the town at the start of that day, in UTC."""
    return datetime.combine(day, time(), TOWN_TIME).astimezone(UTC)


def told_day(text: str, today: date) -> date:
    """The calendar day of a town's file: `2026-12-01`, `D` (today), `D-12`, `D+30`, `D+1y`. ValueError for any other text."""
    match = RELATIVE.fullmatch(text)
    if match is None:
        return date.fromisoformat(text)
    sign, count, years = match.groups()
    number = int(count or 0) * (-1 if sign == "-" else 1)
    return today + (relativedelta(years=number) if years else timedelta(days=number))
