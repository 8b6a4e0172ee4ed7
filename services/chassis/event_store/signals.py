"""What a commit wakes: loops of the same process that wait for work, and the relay of the database.

Nothing depends on a wake-up alone: each loop also looks by itself, now and then, for what another process has committed.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import LiteralString

import psycopg

from services.chassis.event_store.db import Connection

EVENTS = "events"
"""The signal of a commit that appended events."""

LISTEN: LiteralString = "LISTEN parvis_events"
NOTIFY: LiteralString = "NOTIFY parvis_events"
NOTIFIES_EVERY_SECONDS = 0.25
"""At most: the relay looks for longer after each wake-up (`relay.STAYS_BUSY_SECONDS`), so that it misses none."""


class Signal:
    """Set by code that has work for a loop, waited for by that loop alone."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Returns when it is set, or after that time. What is set later ends the next wait."""
        self._event.wait(seconds)
        self._event.clear()


class Signals:
    """Those of one store, by name."""

    def __init__(self) -> None:
        self._signals: defaultdict[str, Signal] = defaultdict(Signal)
        self._notified = -NOTIFIES_EVERY_SECONDS
        self.stopping = False
        """Whether the process is to end: work that lasts is left for another one."""

    def of(self, name: str) -> Signal:
        return self._signals[name]

    def set(self, names: Iterable[str]) -> None:
        for name in names:
            self._signals[name].set()

    def set_all(self) -> None:
        """Has every loop look up from its wait, to see that it is to stop."""
        self.stopping = True
        self.set(list(self._signals))

    def committed(self, conn: Connection, names: Iterable[str]) -> None:
        """Wakes what waits for these; call it after the commit, with the connection in autocommit.

        A NOTIFY takes a lock of the whole server until its transaction ends: in the append's own it would halve the appends.
        """
        self.set(names)
        now = time.monotonic()
        if EVENTS in names and now - self._notified >= NOTIFIES_EVERY_SECONDS:
            self._notified = now
            with suppress(psycopg.Error):  # what was committed stays so: the relay finds it by itself
                conn.execute(NOTIFY)
