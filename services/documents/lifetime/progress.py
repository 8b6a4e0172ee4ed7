"""How far the timers of a process have come in what they look at a part at a time."""

from dataclasses import dataclass
from uuid import UUID

BEFORE_ALL = UUID(int=0)


@dataclass
class Progress:
    """One per process, which begins at the first; several replicas may run the timers at once."""

    read_until: UUID = BEFORE_ALL
    scanned_until: UUID = BEFORE_ALL
    swept_until: str = ""
    warned_of_others: bool = False
