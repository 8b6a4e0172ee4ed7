"""How long the hub stands still: a greenlet that wakes late shows for how long nobody else of the process could work.

A pause has two parts: work of ours that gives nobody else a turn, and waiting for a processor on a machine that has other
things to do. The kernel tells the second; what is left is ours, and has a bar of its own (docs/reliability.md).
"""

import threading
import time

from services.chassis import logs, metrics

TICK_SECONDS = 0.05
TOLD_EVERY_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 1.0  # whoever stands still for longer cannot serve
STARVED = "/proc/self/schedstat"  # of the main thread, on which the hub runs: nanoseconds run, nanoseconds waited
LONG_SECONDS = 0.1  # of our own work in one piece: said in the log

log = logs.get_logger(__name__)


class Watch:
    """`pause`: the longest one of the last seconds that were told."""

    def __init__(self) -> None:
        self.pause = 0.0

    def is_well(self) -> bool:
        return self.pause < LONGEST_PAUSE_SECONDS

    def run(self, stopping: threading.Event) -> None:
        """Until it is told to stop."""
        longest = ours = 0.0
        told, starved = time.monotonic(), starved_seconds()
        while not stopping.is_set():
            begun = time.monotonic()
            time.sleep(TICK_SECONDS)
            ended = time.monotonic()
            pause = ended - begun - TICK_SECONDS
            before, starved = starved, starved_seconds()
            # the processor may have been missing before the tick was due already: what is left is the most that was ours
            longest, ours = max(longest, pause), max(ours, min(pause, ended - begun - (starved - before)))
            if ended - told > TOLD_EVERY_SECONDS:
                metrics.hub_pause(longest, ours)
                if ours > LONG_SECONDS:
                    log.warning("hub_stood_still", seconds=round(longest, 3), own=round(ours, 3))
                self.pause, longest, ours, told = longest, 0.0, 0.0, ended


def starved_seconds() -> float:
    """For how long the main thread was ready and had no processor since its start; 0 where the kernel does not tell."""
    try:
        with open(STARVED, encoding="ascii") as file:  # noqa: PTH123 -- twenty times a second
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
