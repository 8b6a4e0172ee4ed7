"""Is the town hall open now, and until when; pure, in the town's time, correct across clock changes.

Dated exceptions win over everything, then public holidays, then weekdays closed in
school holidays, then the exceptions of a period, which change the hours of days that are otherwise open.
"""

from datetime import UTC, date, datetime, timedelta

from services.procedures.schemas.definitions.towns import Day, Opening, OpenNow, TownParts
from services.procedures.schemas.definitions.values import ends
from services.townhall.public_holidays import public_holidays
from services.townhall.town_time import TOWN_TIME, Weekday, local_day

HORIZON_DAYS = 60
"""How far the next opening is looked for."""


def open_now(town: TownParts, now: datetime) -> OpenNow:
    """The answer at that instant; a range ends at the very minute written, and two ranges that touch are one."""
    today = local_day(now)
    current = next((opening for opening in _openings(town, today, 1) if opening.start <= now < opening.end), None)
    following = None
    if current is None:
        following = next((o for o in _openings(town, today, HORIZON_DAYS) if o.start > now), None)
    return OpenNow(
        open=current is not None, until=current.end if current else None, next=following, today=hours_of(town, today)
    )


def hours_of(town: TownParts, day: date) -> Day:
    """The hours of that day."""
    hours, weekday = town.opening_hours, Weekday.of(day)
    if dated := next((one for one in hours.exceptions if one.on == day), None):
        return Day(date=day, ranges=dated.hours, reason=dated.label)
    if hours.closed_on_public_holidays and (holiday := public_holidays(day.year).get(day)):
        return Day(date=day, ranges=(), reason=holiday)
    usual = hours.weekly.get(weekday, ())
    if not usual:
        return Day(date=day, ranges=(), reason=None)
    if closed := next((one for one in town.school_holidays if weekday in one.closes and one.holds(day)), None):
        return Day(date=day, ranges=(), reason=closed.label)
    if changed := next((one for one in hours.exceptions if one.changes(day)), None):
        return Day(date=day, ranges=changed.hours, reason=changed.label)
    return Day(date=day, ranges=usual, reason=None)


def _openings(town: TownParts, first: date, days: int) -> list[Opening]:
    found: list[Opening] = []
    for day in (first + timedelta(days=offset) for offset in range(days)):
        for opening in hours_of(town, day).ranges:
            start, end = (datetime.combine(day, end, tzinfo=TOWN_TIME).astimezone(UTC) for end in ends(opening))
            if found and found[-1].end == start:
                found[-1] = Opening(start=found[-1].start, end=end)
            else:
                found.append(Opening(start=start, end=end))
    return found
