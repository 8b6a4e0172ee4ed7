"""Is the town hall open now, and until when; pure, in the town's time, correct across clock changes.

Hours are the document `town.yaml`: dated exceptions win over everything, then public holidays, then weekdays closed in
school holidays, then the exceptions of a period, which change the hours of days that are otherwise open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from services.townhall.town_time import WEEKDAYS

HORIZON_DAYS = 60
"""How far the next opening is looked for."""

Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A stretch of time during which the public is received, both ends in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Day:
    """The hours of one local day: ranges as the town writes them, and why they are not the usual ones."""

    date: date
    ranges: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class OpenNow:
    """Whether the public is received at an instant; `until` when open, `next` when not (None: nothing in sight)."""

    open: bool
    until: datetime | None
    next: Opening | None
    today: Day


def open_now(town: Document, now: datetime) -> OpenNow:
    """The answer at that instant; a door closes at the very minute written, and two ranges that touch are one."""
    zone = ZoneInfo(town["town"]["time_zone"])
    today = now.astimezone(zone).date()
    current = next((opening for opening in _openings(town, today, 1) if opening.start <= now < opening.end), None)
    following = None
    if current is None:
        following = next((o for o in _openings(town, today, HORIZON_DAYS) if o.start > now), None)
    return OpenNow(
        open=current is not None, until=current.end if current else None, next=following, today=hours_of(town, today)
    )


def hours_of(town: Document, day: date) -> Day:
    """The hours of that day."""
    hours = town["opening_hours"]
    dated = next((e for e in hours["exceptions"] if e.get("date") == day.isoformat()), None)
    if dated is not None:
        return Day(date=day, ranges=tuple(dated["hours"]), reason=dated["label"])
    weekday = WEEKDAYS[day.weekday()]
    usual: Sequence[str] = hours["weekly"].get(weekday, ())
    if hours["closed_on_public_holidays"] and (holiday := public_holidays(day.year).get(day)):
        return Day(date=day, ranges=(), reason=holiday)
    if not usual:
        return Day(date=day, ranges=(), reason=None)
    for period in town["school_holidays"]:
        if weekday in period["closes"] and within(period, day):
            return Day(date=day, ranges=(), reason=period["label"])
    for exception in hours["exceptions"]:
        if exception.get("weekday") == weekday and within(exception, day):
            return Day(date=day, ranges=tuple(exception["hours"]), reason=exception["label"])
    return Day(date=day, ranges=tuple(usual), reason=None)


@cache
def public_holidays(year: int) -> Mapping[date, str]:
    """The 11 legal holidays of metropolitan France (code du travail L3133-1), without those of Alsace-Moselle."""
    return dict(holidays.country_holidays("FR", years=year, language="fr").items())


def within(period: Mapping[str, Any], day: date) -> bool:
    """Whether the day lies in the period, first and last day included."""
    return date.fromisoformat(period["from"]) <= day <= date.fromisoformat(period["to"])


def ends(opening: str) -> tuple[time, time]:
    """The two ends of a range such as `08:30-12:00`; ValueError for any other text."""
    opens, closes = (time.fromisoformat(end) for end in opening.split("-"))
    return opens, closes


def _openings(town: Document, first: date, days: int) -> list[Opening]:
    zone = ZoneInfo(town["town"]["time_zone"])
    found: list[Opening] = []
    for day in (first + timedelta(days=offset) for offset in range(days)):
        for opening in hours_of(town, day).ranges:
            start, end = (datetime.combine(day, end, tzinfo=zone).astimezone(UTC) for end in ends(opening))
            if found and found[-1].end == start:
                found[-1] = Opening(start=found[-1].start, end=end)
            else:
                found.append(Opening(start=start, end=end))
    return found
