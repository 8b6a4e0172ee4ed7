"""The fact of a request that its applicant asks to be erased. Names and fields are the storage format, as in `events.py`."""

from dataclasses import dataclass

from services.chassis.events import event


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class ErasureRequested:
    """The applicant asked that the data of the request be erased: it is done when the law lets the town do it."""
