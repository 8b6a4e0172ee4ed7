"""How long the hub stands still: from one look at its sockets and timers to the next, nothing new of the process can begin.

A pause has two parts: work of ours that gives nothing else a turn, and waiting for a processor on a machine that has other
things to do. The kernel measures the second; the rest is ours, and has a limit of its own (docs/reliability.md).
"""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet import hubs

from services.chassis import logs, metrics

SAMPLE_SECONDS = 0.05
LOGGED_EVERY_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 1.0  # a process that stands still for longer cannot serve
STARVED = "/proc/self/schedstat"  # of the main thread, on which the hub runs: nanoseconds run, nanoseconds waited
LONG_SECONDS = 0.1  # of our own work in one piece: said in the log

log = logs.get_logger(__name__)


class Watch:
    """Measures each turn of the hub from within, which wakes nothing. `pause`: the longest one of the last that were logged."""

    def __init__(self) -> None:
        self.pause = 0.0
        self._longest = self._ours = 0.0
        self._begun: float | None = None
        self._logged = self._sampled = time.monotonic()
        self._starved = starved_seconds()

    def is_well(self) -> bool:
        return self.pause < LONGEST_PAUSE_SECONDS

    def begin(self) -> None:
        """From now on, for as long as the process lives. Call it on the thread of the hub."""
        hub: Any = hubs.get_hub()
        self._turn_begins()
        hub.wait, hub.do_poll = self._around(hub.wait), self._before_the_turn(hub.do_poll)

    def _around(self, wait: Callable[[float | None], None]) -> Callable[[float | None], None]:
        def watched(seconds: float | None = None) -> None:
            self._turn_ends()
            wait(seconds)
            if self._begun is None:
                self._turn_begins()  # there was no socket to look at

        return watched

    def _before_the_turn(self, poll: Callable[[float], Any]) -> Callable[[float], Any]:
        def watched(seconds: float) -> Any:
            found = poll(seconds)
            self._turn_begins()  # for what is found is handled before `wait` returns
            return found

        return watched

    def _turn_begins(self) -> None:
        self._begun = now = time.monotonic()
        if now - self._sampled > SAMPLE_SECONDS:
            self._sampled, self._starved = now, starved_seconds()
        self._report(now)

    def _turn_ends(self) -> None:
        now = time.monotonic()
        pause = 0.0 if self._begun is None else now - self._begun
        self._begun = None
        if pause > self._ours:
            # the processor may have been missing before the turn began already: what is left is the most that was ours
            busy = now - self._sampled - (starved_seconds() - self._starved)
            self._ours = max(self._ours, min(pause, busy))
        self._longest = max(self._longest, pause)
        self._report(now)

    def _report(self, now: float) -> None:
        if now - self._logged > LOGGED_EVERY_SECONDS:
            metrics.hub_pause(self._longest, self._ours)
            if self._ours > LONG_SECONDS:
                log.warning("hub_stood_still", seconds=round(self._longest, 3), own=round(self._ours, 3))
            self.pause, self._longest, self._ours, self._logged = self._longest, 0.0, 0.0, now


def starved_seconds() -> float:
    """For how long the main thread was ready and had no processor since its start; 0 where the kernel does not say."""
    try:
        with open(STARVED, encoding="ascii") as file:  # noqa: PTH123 -- twenty times a second
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def wake_on_signals() -> None:
    """A signal's handler has its effect at once, though the hub sleeps: Python goes on with a wait that a signal interrupted."""
    read, write = os.pipe()
    for end in (read, write):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    eventlet.spawn_n(_drain, read)


def stop_on_signals(stop: Callable[[], object]) -> None:
    """Runs `stop` at SIGTERM and at SIGINT, in a greenlet of its own: a handler may not wait."""
    wake_on_signals()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: eventlet.spawn_n(stop))


def _drain(pipe: int) -> None:
    while True:
        hubs.trampoline(pipe, read=True)
        os.read(pipe, 4096)
