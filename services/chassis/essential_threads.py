"""Threads without which a process is of no use: it ends when one of them fails."""

import os
import sys
import threading
from collections.abc import Callable

from services.chassis import logs
from services.chassis.failures import place_of
from services.chassis.machine_clock import ClockOff

log = logs.get_logger(__name__)


def start(work: Callable[[], None], name: str) -> threading.Thread:
    """Runs it in a thread of that name. An error that it lets through ends the process: its supervisor starts it again.

    Without one of them it would look ready, and receive, count or publish nothing.
    """

    def lasting() -> None:
        try:
            work()
        except ClockOff as error:
            print(f"{name} : {error}", file=sys.stderr, flush=True)  # noqa: T201
            os._exit(2)
        except Exception as error:
            log.error("thread_ended", thread=name, error=type(error).__name__, where=place_of(error))
            os._exit(1)

    thread = threading.Thread(target=lasting, name=name, daemon=True)
    thread.start()
    return thread
