"""What is due to the outside leaves once, or again after its lease; one that is slow or fails delays only itself."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.chassis.bus.deliveries import IN_FLIGHT, DeliveryLoop
from services.chassis.errors import Unavailable
from services.chassis.event_store.db import Connection
from services.chassis.event_store.transaction import Transaction
from services.chassis.retries import Schedule
from tests.integration.chassis.conftest import MovedClock
from tests.servers.notebook import Notebook

LEASE = timedelta(seconds=20)
TRIES = Schedule.of_seconds(5, 30)
CLAIM = """
UPDATE owed SET due_at = %(until)s, attempts = attempts + 1 WHERE id IN (
    SELECT id FROM owed WHERE due_at <= %(now)s ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id, attempts
"""
NEXT = "SELECT extract(epoch FROM min(due_at) - %(now)s)::float AS seconds FROM owed"

Due = dict[str, Any]


class Calls:
    """The rows of the tests' own service; `does` is what sending one of them does."""

    def __init__(self, store: Notebook, does: Callable[[int], None] = lambda _: None) -> None:
        self.store = store
        self.does = does
        self.sent: list[int] = []
        self.decided: list[tuple[int, str, datetime | None]] = []
        self.left: list[int] = []
        self.prepared: list[int] = []

    def claim(self, tx: Transaction, limit: int) -> list[Due]:
        return tx.conn.execute(CLAIM, {"now": tx.now, "until": tx.now + LEASE, "limit": limit}).fetchall()

    def prepare(self, claimed: Sequence[Due]) -> None:
        self.prepared += [one["id"] for one in claimed]

    def next_due(self, conn: Connection, now: datetime) -> float | None:
        [row] = conn.execute(NEXT, {"now": now}).fetchall()
        return None if row["seconds"] is None else max(0.0, row["seconds"])

    def send(self, due: Due) -> None:
        self.does(due["id"])
        self.sent.append(due["id"])
        with self.about(due) as tx:
            tx.conn.execute("DELETE FROM owed WHERE id = %(id)s", due)

    def about(self, due: Due) -> AbstractContextManager[Transaction]:
        return self.store.transaction(causation_id=str(due["id"]))

    def postpone(self, tx: Transaction, due: Due, error: Exception) -> datetime | None:
        again = TRIES.next_try(due["attempts"], tx.now, passing=isinstance(error, Unavailable))
        tx.conn.execute("UPDATE owed SET due_at = %(again)s WHERE id = %(id)s", {**due, "again": again})
        return again

    def postponed(self, due: Due, error: Exception, again: datetime | None) -> None:
        self.decided.append((due["id"], type(error).__name__, again))

    def left_to_lease(self, due: Due, error: Exception) -> None:
        self.left.append(due["id"])


@pytest.fixture
def owe(store: Notebook, clock: MovedClock) -> Callable[[int], None]:
    def rows(count: int) -> None:
        with store.transaction() as tx:
            tx.conn.execute("DELETE FROM owed")
            tx.conn.execute(
                "INSERT INTO owed (id, due_at) SELECT n, %s FROM generate_series(1, %s) AS n", (tx.now, count)
            )

    return rows


def test_several_deliveries_are_in_flight_and_a_slow_one_delays_only_itself(
    store: Notebook, owe: Callable[[int], None]
) -> None:
    count = 3 * IN_FLIGHT
    owe(count)
    others = threading.Event()
    calls = Calls(store)
    calls.does = lambda one: None if one != 1 else _wait_until(lambda: len(calls.sent) == count - 1, others)

    assert DeliveryLoop(store, calls).run() == count
    assert sorted(calls.prepared) == sorted(calls.sent)

    assert calls.sent[-1] == 1
    assert sorted(calls.sent) == list(range(1, count + 1))


def _wait_until(reached: Callable[[], bool], pause: threading.Event) -> None:
    for _ in range(1000):
        if reached():
            return
        pause.wait(0.02)
    raise AssertionError("the others did not leave meanwhile")


def test_senders_beside_each_other_send_each_delivery_once(store: Notebook, owe: Callable[[int], None]) -> None:
    owe(40)
    calls = Calls(store)
    senders = [threading.Thread(target=DeliveryLoop(store, calls).run) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)

    assert sorted(calls.sent) == list(range(1, 41))


def test_a_delivery_of_a_killed_sender_is_due_again_after_its_lease(
    store: Notebook, owe: Callable[[int], None], clock: MovedClock
) -> None:
    owe(1)
    calls = Calls(store)
    with store.transaction() as tx:
        assert calls.claim(tx, 1)
    loop = DeliveryLoop(store, calls)

    assert loop.due_in() == LEASE.total_seconds()
    assert loop.run() == 0
    clock.move(seconds=LEASE.total_seconds())

    assert (loop.run(), calls.sent, loop.due_in()) == (1, [1], None)


def test_a_failed_delivery_is_tried_again_by_schedule_and_then_given_up(
    store: Notebook, owe: Callable[[int], None], clock: MovedClock
) -> None:
    def fail(_: int) -> None:
        raise ZeroDivisionError

    owe(1)
    calls = Calls(store, fail)
    loop = DeliveryLoop(store, calls)
    waits = [5.0, 30.0, None]
    for wait in waits:
        assert loop.run() == 1
        assert loop.due_in() == wait
        clock.move(seconds=wait or 0)

    assert [(name, again is None) for _, name, again in calls.decided] == [
        ("ZeroDivisionError", False),
        ("ZeroDivisionError", False),
        ("ZeroDivisionError", True),
    ]


def test_a_failure_refused_by_the_database_leaves_the_row_to_its_lease(
    store: Notebook, owe: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise Unavailable

    def away(*_: Any) -> Any:
        raise Unavailable

    owe(1)
    calls = Calls(store, fail)
    monkeypatch.setattr(calls, "about", away)
    loop = DeliveryLoop(store, calls)

    assert (loop.run(), calls.left, calls.decided) == (1, [1], [])
    assert loop.due_in() == LEASE.total_seconds()
