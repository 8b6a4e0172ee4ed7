"""One act, done for many at once."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from psycopg.errors import DeadlockDetected

from services.chassis.errors import Unavailable

A = TypeVar("A")
T = TypeVar("T")


def at_once(act: Callable[[A], T], given: Iterable[A], refusal: type[Exception], threads: int = 8) -> list[T]:
    """What the act gave for each, in so many threads; nothing for those that were refused so. Who finds no connection and no
    lock in time, on a machine that is busy with other tests, asks again as callers do; two that wait for each other fail."""

    def tried(one: A) -> list[T]:
        while True:
            try:
                return [act(one)]
            except refusal:
                return []
            except Unavailable as away:
                if isinstance(away.__cause__, DeadlockDetected):
                    raise
                time.sleep(0.1)

    with ThreadPoolExecutor(threads) as pool:
        return [gave for outcome in pool.map(tried, given) for gave in outcome]
