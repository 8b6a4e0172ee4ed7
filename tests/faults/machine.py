"""Separates a slow machine from a broken product: a clock that stands still while our processes wait for a processor.

A promise in seconds is about what we do: waiting in vain, asking too late, doing too much in one piece. On a machine that
has other things to do everything lasts longer too, and the kernel counts for how long each thread was ready to run and
did not; a hypervisor counts what it took for others.
"""

import bisect
import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
STEP_SECONDS = 0.2
CORES = os.cpu_count() or 1
STOLEN = 8  # the column of /proc/stat
TICKS = os.sysconf("SC_CLK_TCK")


class Machine:
    """`with Machine(pids) as machine`: looks five times a second at these processes and at pytest's own."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._waited = self._read()
        self._stolen = stolen_seconds()
        self._moments, self._own, self._thefts = [time.monotonic()], [0.0], [0.0]

    def __enter__(self) -> "Machine":
        self._watcher = threading.Thread(target=self._watch, name="machine", daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watcher.join()

    def clock(self) -> float:
        """Seconds of our own so far: like time.monotonic(), but for what the machine kept from us."""
        with self._lock:
            self._look()
            return self._own[-1]

    def own(self, began: float, seconds: float) -> float:
        """How many of the seconds since that moment were our own."""
        return self._at(began + seconds) - self._at(began)

    def longest_theft(self, since: float) -> float:
        """The most that the hypervisor took from a processor in one piece, as far as five looks a second can show."""
        with self._lock:
            return max(self._thefts[bisect.bisect_left(self._moments, since) :], default=0.0)

    def sleep(self, seconds: float) -> None:
        """Until our processes had so long to work, on a busy machine at most twice as long."""
        begun, own = time.monotonic(), self.clock()
        while self.clock() - own < seconds and time.monotonic() - begun < 2 * seconds:
            time.sleep(min(STEP_SECONDS, seconds))

    # --- inside

    def _watch(self) -> None:
        while not self._ended.wait(STEP_SECONDS):
            self.clock()

    def _look(self) -> None:
        waited, stolen, now = self._read(), stolen_seconds(), time.monotonic()
        passed = now - self._moments[-1]
        kept = max((total - self._waited.get(thread, total) for thread, total in waited.items()), default=0.0)
        theft = stolen - self._stolen
        self._moments.append(now)
        self._own.append(self._own[-1] + max(0.0, passed - kept - theft))
        self._thefts.append(theft * CORES)
        self._waited, self._stolen = waited, stolen

    def _at(self, moment: float) -> float:
        """The clock at that moment, in a straight line between two looks."""
        with self._lock:
            if moment > self._moments[-1]:
                self._look()
            place = min(max(1, bisect.bisect_left(self._moments, moment)), len(self._moments) - 1)
            before, after = self._moments[place - 1], self._moments[place]
            share = (moment - before) / (after - before) if after > before else 0.0
            return self._own[place - 1] + share * (self._own[place] - self._own[place - 1])

    def _read(self) -> dict[str, float]:
        """Seconds that each thread of our processes has been ready to run without running."""
        found = {}
        for pid in (*self._pids(), os.getpid()):
            with suppress(OSError):  # a process that ended meanwhile has no folder any more
                for thread in (PROC / str(pid) / "task").iterdir():
                    with suppress(OSError, IndexError):
                        found[thread.name] = int((thread / "schedstat").read_bytes().split()[1]) / 1e9
        return found


def stolen_seconds() -> float:
    """What the hypervisor took from a processor of this machine, on average, since it started."""
    return int((PROC / "stat").read_text(encoding="ascii").split("\n", 1)[0].split()[STOLEN]) / TICKS / CORES
