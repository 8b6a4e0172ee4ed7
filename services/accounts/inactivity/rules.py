"""When a space that is not used is warned of, and when it is closed (glossary D6). Pure.

A space is used when its holder logs in to it, activates it or returns to it. None is closed without the warnings that the town
wants, each with its full notice: where the first one comes late, the closure does too.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta

from services.chassis.structs import Struct
from services.townhall.town_time import local_day


class Course(Struct):
    """What the town wants: after how many months, and how many days before the closure it warns. Without any warning nothing
    is closed."""

    months: int
    warnings_days: tuple[int, ...]

    @property
    def notice(self) -> timedelta:
        """From the first warning to the closure."""
        return timedelta(days=max(self.warnings_days, default=0))

    def ends_on(self, last_used_on: date) -> date:
        return last_used_on + relativedelta(months=self.months)

    def used_before(self, today: date) -> date:
        """Spaces that were used on that day or after it need no warning."""
        return today + self.notice - relativedelta(months=self.months) + timedelta(days=3)  # months differ


class Space(Struct):
    """`closes_on`: the day that the last warning named, None before the first; `warned_days`: how many days before it was."""

    account_id: UUID
    last_used_at: datetime
    closes_on: date | None = None
    warned_days: int | None = None


class Warn(Struct):
    """The holder is warned that the space closes on that day. `days`: which of the town's warnings it is."""

    closes_on: date
    days: int


class Close(Struct):
    """The space is closed; its holder can still return for some days."""


class Spare(Struct):
    """The warning that was sent is void: the town now waits longer."""


Step = Warn | Close | Spare


def step(course: Course, space: Space, today: date) -> Step | None:
    """What is to be done today; None where nothing is."""
    ends_on = course.ends_on(local_day(space.last_used_at))
    if not course.warnings_days:
        return Spare() if space.closes_on else None
    if space.closes_on is None or space.warned_days is None:
        if today < ends_on - course.notice:
            return None
        return Warn(closes_on=max(ends_on, today + course.notice), days=course.notice.days)
    if ends_on > space.closes_on:
        return Spare()
    left = [days for days in course.warnings_days if days < space.warned_days]
    due = [days for days in left if today >= space.closes_on - timedelta(days=days)]
    if due:  # of several that are late, one mail
        return Warn(closes_on=max(space.closes_on, today + timedelta(days=min(due))), days=min(due))
    return Close() if not left and today >= space.closes_on else None
