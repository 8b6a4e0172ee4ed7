"""Dates as a French town hall writes them, always in the town's local time, with no-break spaces inside an hour."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\N{NO-BREAK SPACE}"
NNBSP = "\N{NARROW NO-BREAK SPACE}"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
MINUTE, HOUR, DAY = 60, 3600, 86400

Moment = str | date | datetime


def local(moment: Moment) -> datetime:
    """The moment in Paris; a date alone is its midnight; a time without zone is UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment) if "T" in moment or " " in moment else date.fromisoformat(moment)
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=PARIS)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(PARIS)


def day_in_words(moment: Moment) -> str:
    """« mardi 24 novembre 2026 »."""
    at = local(moment)
    return f"{WEEKDAYS[at.weekday()]} {short_day(at)}"


def short_day(moment: Moment) -> str:
    """« 24 novembre 2026 »; the first is « 1er »."""
    at = local(moment)
    day = "1er" if at.day == 1 else str(at.day)
    return f"{day}{NBSP}{MONTHS[at.month - 1]}{NBSP}{at.year}"


def time_in_words(moment: Moment) -> str:
    """« 10 h 20 », « 9 h » on the hour."""
    at = local(moment)
    return f"{at.hour}{NBSP}h{NBSP}{at.minute:02d}" if at.minute else f"{at.hour}{NBSP}h"


def moment_in_words(moment: Moment) -> str:
    """« mardi 24 novembre 2026 à 10 h 20 »."""
    return f"{day_in_words(moment)} à{NBSP}{time_in_words(moment)}"


def time_tag(moment: Moment, words: str | None = None) -> Markup:
    """A <time> element: machine-readable, and the words of the day, with the hour when the moment has one."""
    dated = isinstance(moment, date) and not isinstance(moment, datetime)
    dated = dated or (isinstance(moment, str) and len(moment) == len("2026-11-24"))
    at = local(moment)
    machine = at.date().isoformat() if dated else at.isoformat(timespec="minutes")
    said = words or (day_in_words(moment) if dated else moment_in_words(moment))
    return Markup('<time datetime="{}">{}</time>').format(machine, escape(said))


def ago(moment: Moment, now: datetime) -> str:
    """How long since, roughly: shown beside the date, never instead of it."""
    seconds = int((now - local(moment)).total_seconds())
    if seconds < 0:
        return "à venir"
    if seconds < MINUTE:
        return "à l’instant"
    if seconds < HOUR:
        return f"il y a {seconds // MINUTE}{NBSP}min"
    days = (local(now).date() - local(moment).date()).days
    if days == 0:
        return f"il y a {seconds // HOUR}{NBSP}h"
    if days == 1:
        return "hier"
    return f"il y a {days}{NBSP}jours"


def to_come(moment: Moment, now: datetime) -> bool:
    """Whether the moment's day is not over: an appointment of this morning is still told this afternoon."""
    return local(moment).date() >= local(now).date()


def number(value: float) -> str:
    """« 23 000 », « 1,5 »."""
    whole = f"{value:,}".replace(",", NNBSP)
    return whole.replace(".", ",")


def file_size(size: int) -> str:
    """« 350 Ko », « 1,2 Mo »."""
    if not size:
        return f"0{NBSP}octet"
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}{NBSP}Ko"
    return f"{number(round(size / 1_000_000, 1)).removesuffix(',0')}{NBSP}Mo"


FILTERS = {
    "day": day_in_words,
    "short_day": short_day,
    "hour": time_in_words,
    "moment": moment_in_words,
    "time_tag": time_tag,
    "number": number,
    "file_size": file_size,
}
