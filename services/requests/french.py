"""Days and hours as the pages write them, in the town's time. Pure."""

from datetime import date, datetime

from services.chassis.town_time import TOWN_TIME
from services.requests.fields import in_words

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def day(value: date) -> str:
    """« lundi 23 novembre 2026 »."""
    return f"{WEEKDAYS[value.weekday()]} {in_words(value)}"


def hour(instant: datetime) -> str:
    """« 9 h », « 14 h 30 », with no-break spaces."""
    local = instant.astimezone(TOWN_TIME)
    return clock(local.hour, local.minute)


def clock(hours: int, minutes: int) -> str:
    """« 14 h 30 », « 14 h »: the one way in which an hour is written."""
    return f"{hours}\u00a0h" + (f"\u00a0{minutes:02d}" if minutes else "")


def moment(instant: datetime) -> str:
    """« lundi 23 novembre 2026 à 14 h 30 »."""
    return f"{day(instant.astimezone(TOWN_TIME).date())} à {hour(instant)}"


def listed(items: list[str]) -> str:
    """« a, b et c »."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} et {items[-1]}"


def files(count: int) -> str:
    return f"{count} fichier{'s' if count > 1 else ''}"
