"""The loop by which a service sends to the outside what it owes: mails today, calls of webhooks later.

What is owed is a row with a due date. The loop claims rows under a lease, which is that due date moved on, sends each, and has it
settled or postponed (`retries.py`). At least once: a process killed between the receiver's answer and the commit leaves the row
due, and the next one sends it again once the lease is over; the receiver recognises it by its id. Several are in flight at once,
so that one slow answer delays only itself.
"""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from services.chassis.errors import Unavailable
from services.chassis.event_store.db import Rows
from services.chassis.event_store.store import Store, Transaction

T = TypeVar("T")

IN_FLIGHT = 8
LOOK_SECONDS = 0.2  # for an answer, before more is claimed


class Owed(Protocol[T]):
    """The rows that a service owes, and how one of them is sent."""

    def claim(self, tx: Transaction, limit: int) -> Sequence[T]:
        """Those that are due, each taken until its lease is over; several processes may claim at the same time."""
        ...

    def next_due(self, conn: Rows, now: datetime) -> float | None:
        """In how many seconds the next one is due, 0 for one that is; None where nothing is owed."""
        ...

    def send(self, due: T) -> None:
        """Sends it and settles its row, in a transaction of its own; raises whatever keeps it from leaving."""
        ...

    def about(self, due: T) -> AbstractContextManager[Transaction]:
        """A transaction whose events say by which fact it was owed."""
        ...

    def postpone(self, tx: Transaction, due: T, error: Exception) -> datetime | None:
        """Keeps why it has not left; when it is tried again, None where it is given up."""
        ...

    def postponed(self, due: T, error: Exception, again: datetime | None) -> None:
        """Logs what `postpone` decided, once that is committed."""
        ...

    def left_to_lease(self, due: T, error: Exception) -> None:
        """Logs that the database did not take the failure: the row is due again when its lease is over."""
        ...


class DeliveryLoop(Generic[T]):
    """One per process."""

    def __init__(self, store: Store, owed: Owed[T], *, in_flight: int = IN_FLIGHT) -> None:
        self._store = store
        self._owed = owed
        self._in_flight = in_flight

    def run(self) -> int:
        """Sends until nothing is due; gives the number of tries. What a send raises delays that row alone."""
        claimed = self._claim(self._in_flight)
        if not claimed:
            return 0
        tried = 0
        with ThreadPoolExecutor(self._in_flight) as pool:
            flying: set[Future[None]] = set()
            while claimed or flying:
                flying |= {pool.submit(self._try, due) for due in claimed}
                tried += len(claimed)
                _, flying = wait(flying, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
                claimed = self._claim(2 * self._in_flight - len(flying))
        return tried

    def due_in(self) -> float | None:
        """In how many seconds the next one is due, 0 for one that is; None where nothing is owed."""
        with self._store.read() as conn:
            return self._owed.next_due(conn, self._store.clock.now())

    def _claim(self, limit: int) -> Sequence[T]:
        if limit < self._in_flight // 2:
            return ()
        with self._store.transaction() as tx:
            return self._owed.claim(tx, limit)

    def _try(self, due: T) -> None:
        try:
            self._owed.send(due)
        except Exception as error:
            self._postpone(due, error)

    def _postpone(self, due: T, error: Exception) -> None:
        try:
            with self._owed.about(due) as tx:
                again = self._owed.postpone(tx, due, error)
        except Unavailable:
            self._owed.left_to_lease(due, error)
            return
        self._owed.postponed(due, error, again)
