"""How often a process waits for an answer of its database."""

import pytest

from services.chassis.event_store import db, signals
from services.chassis.event_store.db import Connection


class RoundTrips:
    """Counted from the moment when it is made until the end of the test, without those that come by the clock: the relay's wake-up, and the
    question whether a connection that lay idle is alive."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        monkeypatch.setattr(signals, "NOTIFIES_EVERY_SECONDS", float("inf"))
        monkeypatch.setattr(db, "TRUSTED_SECONDS", float("inf"))
        queue, receive = Connection.queue, Connection.receive

        def counted_queue(connection: Connection, *given: object) -> bool:
            waits = queue(connection, *given)  # pyright: ignore[reportArgumentType]
            self.count += not waits
            return waits

        def counted_receive(connection: Connection) -> None:
            self.count += bool(connection._queued)
            receive(connection)

        monkeypatch.setattr(Connection, "queue", counted_queue)
        monkeypatch.setattr(Connection, "receive", counted_receive)
