"""Clocks that tests move."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.chassis.clock import Clock


@dataclass
class StillClock(Clock):
    """Stands still until a test moves it."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class AheadClock(Clock):
    """As late as it is, and by so much later."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead
