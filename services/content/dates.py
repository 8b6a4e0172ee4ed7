"""Days as the town's files write them: `D` is the day of import, `D-12` twelve days before, `D+1y` a year later; pure.

A time may follow a calendar day (`2026-12-01T08:00`); it is the town's own time.
"""

import re
from datetime import UTC, date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from services.chassis.town_time import TOWN_TIME, start_of_day

RELATIVE = re.compile(r"D(?:([+-])(\d{1,5})(y?))?")


def starts(text: str, today: date) -> datetime:
    """The instant at which a day begins, or the very time that is written; ValueError for any other text."""
    if "T" in text:
        written = datetime.fromisoformat(text)
        if written.tzinfo is not None:
            raise ValueError(text)
        return written.replace(tzinfo=TOWN_TIME).astimezone(UTC)
    return start_of_day(day(text, today))


def ends(text: str, today: date) -> datetime:
    """The instant at which a last day is over, or the very time that is written; ValueError for any other text."""
    return starts(text, today) if "T" in text else start_of_day(day(text, today) + timedelta(days=1))


def day(text: str, today: date) -> date:
    """The calendar day; ValueError for any other text."""
    match = RELATIVE.fullmatch(text)
    if match is None:
        return date.fromisoformat(text)
    sign, count, years = match.groups()
    number = int(count or 0) * (-1 if sign == "-" else 1)
    return today + (relativedelta(years=number) if years else timedelta(days=number))
