"""The clock that judges promises in seconds leaves out what the machine kept from us."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.machine import Machine

pytestmark = pytest.mark.faults

SECONDS = 1.0
BURN = "import os; os.sched_setaffinity(0, {%d})\nwhile True: pass"


@contextmanager
def running(*programs: str) -> Iterator[list[int]]:
    """Their process ids."""
    children = [subprocess.Popen([sys.executable, "-c", program]) for program in programs]
    try:
        time.sleep(0.5)
        yield [child.pid for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()


def own_share(pids: list[int]) -> float:
    with Machine(lambda: pids) as machine:
        begun = time.monotonic()
        time.sleep(SECONDS)
        return machine.own(begun, SECONDS) / SECONDS


def test_while_two_processes_share_a_processor_half_of_the_time_is_not_theirs() -> None:
    burn = BURN % min(os.sched_getaffinity(0))
    with running(burn, burn) as pids:
        assert own_share(pids) < 0.75
