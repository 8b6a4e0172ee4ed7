"""The town's own time: what day it is there, and when a day begins. Pure; instants are in UTC everywhere else."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

TOWN_TIME = ZoneInfo("Europe/Paris")


def local_day(instant: datetime) -> date:
    """The day in the town at that instant."""
    return instant.astimezone(TOWN_TIME).date()


def start_of_day(day: date) -> datetime:
    """Midnight in the town at the start of that day, in UTC."""
    return datetime.combine(day, time(), TOWN_TIME).astimezone(UTC)
