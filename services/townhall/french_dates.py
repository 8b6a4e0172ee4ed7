"""Days, hours and waits as a French town hall writes them, on pages, in Historique and in mails: no line breaks inside a date or an
hour, only between the name of the day and its date. Pure."""

import math
from datetime import date, datetime, timedelta, tzinfo

from services.townhall.french_names import MONTHS, SHORT_MONTHS, WEEKDAYS
from services.townhall.town_time import TOWN_TIME
from services.townhall.typography import NBSP

IN_SECONDS_BELOW = 120


def rank(day: int) -> str:
    """« 1er », « 2 »: a day's place in its month."""
    return "1er" if day == 1 else str(day)


def short_day(value: date) -> str:
    """« 24 novembre 2026 », « 1er janvier 2027 »."""
    return f"{rank(value.day)}{NBSP}{MONTHS[value.month - 1]}{NBSP}{value.year}"


def short_month(value: date) -> str:
    """« déc. », « mars »: the month where its whole name has no room."""
    return SHORT_MONTHS[value.month - 1]


def long_day(value: date) -> str:
    """« mardi 24 novembre 2026 »."""
    return f"{WEEKDAYS[value.weekday()]} {short_day(value)}"


def clock(hours: int, minutes: int) -> str:
    """« 14 h 30 », « 14 h »: the one way in which an hour is written."""
    return f"{hours}{NBSP}h" + (f"{NBSP}{minutes:02d}" if minutes else "")


def wait(hours: int) -> str:
    """« 3 jours », « 1 jour », « 12 h »: in days where it is whole ones."""
    days, rest = divmod(hours, 24)
    return clock(hours, 0) if rest or not days else f"{days}{NBSP}jour" + ("s" if days > 1 else "")


def hour(instant: datetime, zone: tzinfo = TOWN_TIME) -> str:
    """« 9 h », « 14 h 30 », in the town's time. Seconds are cut, never rounded."""
    local = instant.astimezone(zone)
    return clock(local.hour, local.minute)


def moment(instant: datetime, zone: tzinfo = TOWN_TIME) -> str:
    """« lundi 23 novembre 2026 à 14 h 30 »."""
    return f"{long_day(instant.astimezone(zone).date())} à{NBSP}{hour(instant, zone)}"


def wait_in_words(seconds: int, now: datetime) -> str:
    """« dans 15 secondes, à partir de 14 h 05 min 27 s », « dans 2 minutes, à partir de 14 h 08 »: never too early."""
    if seconds < IN_SECONDS_BELOW:
        over = (now + timedelta(seconds=seconds, microseconds=999_999)).replace(microsecond=0).astimezone(TOWN_TIME)
        wait = f"{seconds}{NBSP}seconde" + ("s" if seconds > 1 else "")
        return f"dans {wait}, à partir de {_exactly(over)}"
    over = (now + timedelta(seconds=seconds + 60, microseconds=-1)).astimezone(TOWN_TIME)
    return f"dans {math.ceil(seconds / 60)}{NBSP}minutes, à partir de {clock(over.hour, over.minute)}"


def _exactly(moment: datetime) -> str:
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}{NBSP}min{NBSP}{moment.second:02d}{NBSP}s"
