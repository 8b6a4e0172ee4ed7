"""The loop by which a service sends messages to the outside: mails today, calls of webhooks later.

A message to send is a row with a due date. The loop claims rows under a lease, which is that due date moved on, sends each, and has it
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
from services.chassis.event_store.db import Connection
from services.chassis.event_store.store import Store, Transaction

T = TypeVar("T")

IN_FLIGHT = 8
LOOK_SECONDS = 0.2  # for an answer, before more is claimed


class Pending(Protocol[T]):
    """The rows that a service has to send, and how one of them is sent."""

    def claim(self, tx: Transaction, limit: int) -> Sequence[T]:
        """Those that are due, each taken until its lease is over; several processes may claim at the same time."""
        ...

    def prepare(self, claimed: Sequence[T]) -> None:
        """Asks others at once, outside a transaction, for what all of these need; what fails here is left to each `send`."""

    def next_due(self, conn: Connection, now: datetime) -> float | None:
        """In how many seconds the next one is due, 0 for one that is; None where nothing is."""

    def send(self, due: T) -> None:
        """Sends it and settles its row, in a transaction of its own; raises whatever keeps it from leaving."""

    def about(self, due: T) -> AbstractContextManager[Transaction]:
        """A transaction whose events say which fact it follows from."""
        ...

    def postpone(self, tx: Transaction, due: T, error: Exception) -> datetime | None:
        """Keeps why it has not left; when it is tried again, None where it is given up."""

    def postponed(self, due: T, error: Exception, again: datetime | None) -> None:
        """Logs what `postpone` decided, once that is committed."""

    def left_to_lease(self, due: T, error: Exception) -> None:
        """Logs that the database did not take the failure: the row is due again when its lease is over."""


class DeliveryLoop(Generic[T]):
    """Sends what is due with some threads at once, until nothing is; made for one run."""

    def __init__(self, store: Store, pending: Pending[T]) -> None:
        self._store = store
        self._pending = pending

    def run(self) -> int:
        """Sends until nothing is due; gives the number of tries. What a send raises delays that row alone."""
        claimed = self._claim(IN_FLIGHT)
        if not claimed:
            return 0
        tried = 0
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            flying: set[Future[None]] = set()
            while claimed or flying:
                flying |= {pool.submit(self._try, due) for due in claimed}
                tried += len(claimed)
                _, flying = wait(flying, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
                claimed = self._claim(2 * IN_FLIGHT - len(flying))
        return tried

    def due_in(self) -> float | None:
        """In how many seconds the next one is due, 0 for one that is; None where nothing is."""
        with self._store.read() as conn:
            return self._pending.next_due(conn, self._store.clock.now())

    def _claim(self, limit: int) -> Sequence[T]:
        if limit < IN_FLIGHT // 2:
            return ()
        with self._store.transaction() as tx:
            claimed = self._pending.claim(tx, limit)
        self._pending.prepare(claimed)
        return claimed

    def _try(self, due: T) -> None:
        try:
            self._pending.send(due)
        except Exception as error:
            self._postpone(due, error)

    def _postpone(self, due: T, error: Exception) -> None:
        try:
            with self._pending.about(due) as tx:
                again = self._pending.postpone(tx, due, error)
        except Unavailable:
            self._pending.left_to_lease(due, error)
            return
        self._pending.postponed(due, error, again)
