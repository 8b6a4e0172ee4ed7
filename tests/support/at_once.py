"""One act, done for many at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
T = TypeVar("T")


def at_once(act: Callable[[A], T], given: Iterable[A], refusal: type[Exception], threads: int = 8) -> list[T]:
    """What the act gave for each, in so many threads; nothing for those that were refused so."""

    def tried(one: A) -> list[T]:
        try:
            return [act(one)]
        except refusal:
            return []

    with ThreadPoolExecutor(threads) as pool:
        return [gave for outcome in pool.map(tried, given) for gave in outcome]
