"""No test runs over the town's midnight: what it has written would be of the day before, and a week's quota be new."""

from datetime import datetime, timedelta

from services.townhall.town_time import local_day, start_of_day

SHORT, JOURNEY = timedelta(seconds=10), timedelta(seconds=90)
"""How long a test may take, and one that uses the whole product: more than most do, less than pytest waits for one."""


def wait_before(now: datetime, needed: timedelta) -> timedelta:
    """How long a test that needs so much time waits: not at all, or until the town's next day has begun."""
    left = start_of_day(local_day(now) + timedelta(days=1)) - now
    return left if left < needed else timedelta(0)
