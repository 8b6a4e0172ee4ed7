"""Whether anything happened to requests since a list was shown: no more than that, so that it is said without asking a service.

Of the events of requests that are received while lists are looked at, this counts that they came; what they say is read by no one.
"""

import time
from collections.abc import Callable

WANTED_SECONDS = 60.0
"""For so long after a list was looked at, or asked whether it changed, events are received for it."""


class ListChanges:
    """Of one gateway. `epoch`: what tells its marks from those of another one, and of itself before it was started again."""

    def __init__(self, epoch: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._epoch = epoch
        self._clock = clock
        self._happened = 0
        self._wanted_until = 0.0

    def mark(self) -> str:
        """The state of things at present, for a list that is shown or looked at: another mark, and something happened."""
        self._wanted_until = self._clock() + WANTED_SECONDS
        return f"{self._epoch}{self._happened}"

    def wrote(self, mark: str) -> bool:
        """Whether that mark is of this gateway since it was started: of another one's, nothing can be said."""
        return mark.startswith(self._epoch)

    def wanted(self) -> bool:
        """Whether anybody looks at a list."""
        return self._clock() < self._wanted_until

    def happened(self) -> None:
        """An event came; or some may have been missed, for they were not received until now."""
        self._happened += 1
