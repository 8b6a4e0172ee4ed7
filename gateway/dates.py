"""Dates as a French town hall writes them (`french_dates`), of any form of an instant, always in the town's local time."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from markupsafe import Markup, escape

from services.chassis.errors import Invalid
from services.townhall import french_dates
from services.townhall.sentences import file_size, number
from services.townhall.town_time import TOWN_TIME
from services.townhall.typography import NBSP

MINUTE, HOUR, DAY = 60, 3600, 86400

Moment = str | date | datetime


def local(moment: Moment) -> datetime:
    """The moment in Paris; a date alone is its midnight; a time without zone is UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment) if "T" in moment or " " in moment else date.fromisoformat(moment)
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=TOWN_TIME)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(TOWN_TIME)


def instant(typed: str) -> datetime:
    """The instant with its offset that a form or a program sends; raises Invalid for anything else."""
    try:
        read = datetime.fromisoformat(typed)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise Invalid(fields={"start": "Il faut une date et une heure, par exemple 2026-12-01T09:00:00+00:00."})
    return read


def day_or_none(typed: str) -> date | None:
    """The day that a date field brings, or that is typed as « 01/12/2026 » where a browser has no such field."""
    try:
        return date.fromisoformat("-".join(reversed(typed.split("/"))))
    except ValueError:
        return None


def _local(write: Callable[[datetime], str]) -> Callable[[Moment], str]:
    return lambda moment: write(local(moment))


day_in_words = _local(french_dates.long_day)
"""« mardi 24 novembre 2026 »."""
short_day = _local(french_dates.short_day)
"""« 24 novembre 2026 »; the first is « 1er »."""
short_month = _local(french_dates.short_month)
"""« déc. », « mars »: where the whole name has no room."""
time_in_words = _local(french_dates.hour)
"""« 10 h 20 », « 9 h » on the hour."""
moment_in_words = _local(french_dates.moment)
"""« mardi 24 novembre 2026 à 10 h 20 »."""


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
    """Whether the moment's day is not over: an appointment of this morning is still shown this afternoon."""
    return local(moment).date() >= local(now).date()


FILTERS: dict[str, Callable[..., str]] = {
    "day": day_in_words,
    "short_day": short_day,
    "short_month": short_month,
    "hour": time_in_words,
    "moment": moment_in_words,
    "time_tag": time_tag,
    "number": number,
    "file_size": file_size,
}
