"""The town's own time: what day it is there, and when a day begins. Pure; instants are in UTC everywhere else."""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from services.chassis.structs import Struct

TOWN_TIME = ZoneInfo("Europe/Paris")
YEARS = range(2000, 3000)
"""No calendar reaches further; within it the days around one can be counted, and every instant has a day in the town."""
RELATIVE = re.compile(r"D(?:([+-])(\d{1,5})(y?))?")


class Weekday(StrEnum):
    """The days of a week as files and definitions name them, in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @classmethod
    def of(cls, day: date) -> "Weekday":
        return WEEKDAYS[day.weekday()]

    @property
    def number(self) -> int:
        """From 0, Monday."""
        return WEEKDAYS.index(self)


WEEKDAYS = tuple(Weekday)


class RelativeDay(Struct):
    """`D` (today), `D-12`, `D+30`, `D+1y`: a day counted from another one."""

    days: int = 0
    years: int = 0

    def on(self, today: date) -> date:
        return today + (relativedelta(years=self.years) if self.years else timedelta(days=self.days))


def local_day(instant: datetime) -> date:
    """The day in the town at that instant."""
    return instant.astimezone(TOWN_TIME).date()


def start_of_day(day: date) -> datetime:
    """Midnight in the town at the start of that day, in UTC."""
    return datetime.combine(day, time(), TOWN_TIME).astimezone(UTC)


def iso(instant: datetime) -> str:
    """An instant in UTC as ISO 8601."""
    return instant.isoformat().replace("+00:00", "Z")


def parsed_day(text: str) -> date | RelativeDay:
    """The day of a town's file: a calendar day, `2026-12-01`, or a relative one. ValueError for any other text."""
    match = RELATIVE.fullmatch(text)
    if match is None:
        return date.fromisoformat(text)
    sign, count, years = match.groups()
    number = int(count or 0) * (-1 if sign == "-" else 1)
    return RelativeDay(years=number) if years else RelativeDay(days=number)


def resolved_day(text: str, today: date) -> date:
    """The calendar day that a text of a town's file means on that day; errors as of `parsed_day`."""
    day = parsed_day(text)
    return day.on(today) if isinstance(day, RelativeDay) else day
