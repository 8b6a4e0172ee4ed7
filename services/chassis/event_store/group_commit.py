"""Group commit: what several threads have to write at about the same time is written in one transaction.

A commit costs a wait for the disk and for standbys, however much is in it. Each thread waits for the commit of what it asked for, so that
nothing counts as done before.
"""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

from services.chassis.errors import Unavailable
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction

T = TypeVar("T")
R = TypeVar("R")

LINGER_SECONDS = 0.1
"""How long the first waits, at most, for others that are at work."""


class _Group(Generic[T, R]):
    """What several threads asked for, and what became of it."""

    def __init__(self, write: Callable[[Transaction, Sequence[T]], Sequence[R]]) -> None:
        self.asked: list[tuple[T, object]] = []
        self.done = False
        self.answers: dict[int, R] = {}
        self.errors: dict[int, Exception] = {}
        self._write = write

    def add(self, one: T, key: object) -> int:
        """Its place."""
        self.asked.append((one, key))
        return len(self.asked) - 1

    def run(self, store: Store) -> None:
        """Never two of one key in a transaction."""
        left: list[int] = list(range(len(self.asked)))
        while left:
            by_key = {self.asked[place][1]: place for place in reversed(left)}  # the first of each
            together = sorted(by_key.values())
            left = [place for place in left if place not in together]
            self._run_together(store, together)

    def _run_together(self, store: Store, places: Sequence[int]) -> None:
        try:
            with store.transaction() as tx:
                answers = self._write(tx, [self.asked[place][0] for place in places])
            self.answers.update(zip(places, answers, strict=True))
        except Exception as error:
            if isinstance(error, Unavailable) or len(places) == 1:
                self.errors.update(dict.fromkeys(places, error))
            else:
                for place in places:
                    self._run_together(store, [place])


class GroupCommit(Generic[T, R]):
    """`write` is given what several threads ask for, and gives an answer for each. A group is written once all members wait for it, or
    LINGER_SECONDS after its first one asked."""

    def __init__(self, store: Store, write: Callable[[Transaction, Sequence[T]], Sequence[R]]) -> None:
        self._store = store
        self._write = write
        self._changed = threading.Condition()
        self._to_come = 0
        self._growing: _Group[T, R] | None = None

    @contextmanager
    def member(self) -> Generator[None]:
        """Within, this thread is about to ask: others wait for it."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def commit(self, one: T, key: object) -> R:
        """What is answered of this one, once that is committed. Never two of one `key` are in a transaction, so that two transactions
        cannot wait for each other's rows.

        Where a group fails for another reason than the database, each is tried by itself, and fails for its own.
        """
        with self._changed:
            group = self._growing = self._growing or _Group(self._write)
            place = group.add(one, key)
            self._to_come -= 1
            self._changed.notify_all()
            if place:
                self._changed.wait_for(lambda: group.done)
            else:
                self._changed.wait_for(lambda: self._to_come <= 0, LINGER_SECONDS)
                self._growing = None
        if not place:
            try:
                group.run(self._store)
            finally:
                with self._changed:
                    group.done = True
                    self._to_come += len(group.asked)  # until each leaves
                    self._changed.notify_all()
        if place in group.errors:
            raise group.errors[place]
        return group.answers[place]

    def _count(self, more: int) -> None:
        with self._changed:
            self._to_come += more
            self._changed.notify_all()
