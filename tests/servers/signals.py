"""Puts the handlers of signals back."""

import signal
from collections.abc import Generator
from contextlib import contextmanager

from deploy.local.supervisor import STOPS


@contextmanager
def signals_as_before() -> Generator[None]:
    """Within the block a supervisor may run in this process: as it stops it ignores them for ever, and so would all that is started later."""
    before = {number: signal.getsignal(number) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
