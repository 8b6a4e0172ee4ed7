"""When what failed is tried again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Schedule:
    """`delays`: between one try and the next. `passing`: after a failure of our own database or broker, which is not counted as
    a try."""

    delays: tuple[timedelta, ...]
    passing: timedelta = timedelta(seconds=2)

    @classmethod
    def of_seconds(cls, *seconds: float) -> "Schedule":
        return cls(tuple(timedelta(seconds=one) for one in seconds))

    def next_try(self, attempts: int, now: datetime, *, passing: bool = False) -> datetime | None:
        """After so many failed tries; None when this was the last one."""
        if passing:
            return now + self.passing
        return now + self.delays[attempts - 1] if attempts <= len(self.delays) else None
