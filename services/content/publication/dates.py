"""Days as the town's files write them: `D` is the day of import, `D-12` twelve days before, `D+1y` a year later; pure.

A time may follow a calendar day (`2026-12-01T08:00`); it is the town's own time.
"""

from datetime import UTC, date, datetime, timedelta

from services.townhall.town_time import TOWN_TIME, resolved_day, start_of_day


def starts(text: str, today: date) -> datetime:
    """The instant at which a day begins, or the very time that is written; ValueError for any other text."""
    if "T" in text:
        written = datetime.fromisoformat(text)
        if written.tzinfo is not None:
            raise ValueError(text)
        return written.replace(tzinfo=TOWN_TIME).astimezone(UTC)
    return start_of_day(resolved_day(text, today))


def ends(text: str, today: date) -> datetime:
    """The instant at which a last day is over, or the very time that is written; ValueError for any other text."""
    return starts(text, today) if "T" in text else start_of_day(resolved_day(text, today) + timedelta(days=1))
