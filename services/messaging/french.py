"""Dates and hours as a letter writes them, in the town's local time. Pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def day(value: date) -> str:
    """« 1er janvier 2027 », « 18 novembre 2026 »."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number} {MONTHS[value.month - 1]} {value.year}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """« mercredi 18 novembre 2026 à 9 h 12 », with no-break spaces inside the hour."""
    local = instant.astimezone(zone)
    minutes = f"\u00a0{local.minute:02d}" if local.minute else ""
    return f"{WEEKDAYS[local.weekday()]} {day(local)} à {local.hour}\u00a0h{minutes}"
