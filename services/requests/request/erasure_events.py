"""Facts about the erasure that an applicant asks for. Names and fields are the storage format, as in `events.py`."""

from dataclasses import dataclass
from datetime import date

from services.chassis.event_store.events import event, sealed


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class ErasureRequested:
    """The applicant asked that the data of the request be erased: it is done when the law lets the town do it."""


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class ErasureAnswered:
    """An agent answered: accepted, it is done when the retention ends; refused, with the reason.

    `kept_until`: the last day of the retention; None while the request is open, whose retention has not begun.
    """

    accepted: bool
    kept_until: date | None
    by: str = "agent"
    reason: str | None = sealed()
    agent: str | None = sealed()
