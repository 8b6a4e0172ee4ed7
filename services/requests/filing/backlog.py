"""Load shedding: while what follows from filings gets later and later, no more of them are taken, and nothing else is refused.

The measure is the age of the filings whose acknowledgements are written now: the mail is the last that follows from a filing, after the relay,
the queues and the databases. Messaging marks these mails when it asks what they are to say, unless they waited for a mail server. Of what
waits for a broker or a process that is away nothing is seen; when it is back, ages are high from the first, and fall.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

from services.requests.schemas.refusals import TooManyFilings

LATE_SECONDS = 15.0
"""From the filing to its mail. The clocks of two machines may be ten seconds apart."""
LATEST_SECONDS = 3.0
"""For so long an age counts as that of now."""
SEEN_SECONDS = 8.0
"""The ages of now are compared with those before them, up to so many seconds ago."""
GAP_SECONDS = 5.0
"""What became late in a longer time without an age did so by an absence."""


class Backlog:
    """The ages that one process has seen; for all its workers. `clock`: seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, float]] = deque()
        self._last_at, self._late = float("-inf"), False
        self._by_absence = False
        """Why the last age was late, if it was: it became so while none was seen."""
        self._lock = threading.Lock()

    def saw(self, age: float) -> None:
        """Notes the age of the youngest filing whose acknowledgement is written now, in seconds."""
        with self._lock:
            now, late = self._clock(), age >= LATE_SECONDS
            if late and not self._late:
                self._by_absence = now - self._last_at > GAP_SECONDS
            self._last_at, self._late = now, late
            self._seen.append((now, age))
            self._forget()

    def admit(self) -> None:
        """Raises TooManyFilings while the backlog grows."""
        if self.grows():
            raise TooManyFilings

    def grows(self) -> bool:
        """Whether all that is seen now is late, no younger than a moment ago, and was seen to become late."""
        with self._lock:
            self._forget()
            latest_from = self._clock() - LATEST_SECONDS
            latest = [age for at, age in self._seen if at >= latest_from]
            before = [age for at, age in self._seen if at < latest_from]
            if not latest or not before or self._by_absence:
                return False
            return min(latest) >= max(LATE_SECONDS, min(before))

    def _forget(self) -> None:
        while self._seen and self._seen[0][0] < self._clock() - SEEN_SECONDS:
            self._seen.popleft()
