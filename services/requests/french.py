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
    return f"{local.hour}\u00a0h" + (f"\u00a0{local.minute:02d}" if local.minute else "")


def typed_hour(hours: str, minutes: str) -> str:
    """An hour that a person typed, written as all others: « 14 h » for « 14h00 »."""
    return f"{int(hours)}\u00a0h" + (f"\u00a0{minutes}" if minutes != "00" else "")


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
