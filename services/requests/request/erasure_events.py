"""Facts about the erasure that an applicant asks for. Names and fields are the storage format, as in `events.py`."""

from datetime import date

from services.chassis.event_store.events import Event, sealed


class ErasureRequested(Event):
    """The applicant asked that the data of the request be erased: it is done when the law lets the town do it."""


class ErasureAnswered(Event):
    """An agent answered: accepted, it is done when the retention ends; refused, with the reason.

    `kept_until`: the last day of the retention; None while the request is open, whose retention has not begun.
    """

    accepted: bool
    kept_until: date | None
    by: str = "agent"
    reason: str | None = sealed()
    agent: str | None = sealed()
