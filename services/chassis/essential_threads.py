"""Threads without which a process is of no use: it ends when one of them fails."""

import os
import threading
from collections.abc import Callable

from services.chassis import logs
from services.chassis.failures import place_of

log = logs.get_logger(__name__)


def start(work: Callable[[], None], name: str) -> threading.Thread:
    """Runs it in a thread of that name. An error that it lets through ends the process: its supervisor starts it again.

    Without one of them it would look ready, and receive, count or publish nothing.
    """

    def lasting() -> None:
        try:
            work()
        except Exception as error:
            log.error("thread_ended", thread=name, error=type(error).__name__, where=place_of(error))
            os._exit(1)

    thread = threading.Thread(target=lasting, name=name, daemon=True)
    thread.start()
    return thread
