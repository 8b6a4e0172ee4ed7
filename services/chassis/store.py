"""The event store of a service: one object a process, over its database. `transaction.py` is what a use case sees of it."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from services.chassis import commands, db
from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.clock import Clock, Ids
from services.chassis.commands import CommandReused
from services.chassis.db import Rows
from services.chassis.errors import Unavailable
from services.chassis.events import Recorded
from services.chassis.keys import Keys
from services.chassis.projections import projections_of
from services.chassis.settings import Settings
from services.chassis.transaction import Reading, StaleVersion, Transaction

__all__ = ["CommandReused", "Reading", "StaleVersion", "Store", "Transaction"]


class Store:
    """Transactions, reads and keys of one service. A server that does not answer is Unavailable, whatever was asked."""

    def __init__(
        self,
        settings: Settings,
        service: str,
        *,
        clock: Clock | None = None,
        ids: Ids | None = None,
        pool: ConnectionPool[Rows] | None = None,
    ) -> None:
        self.settings = settings
        self.service = service
        self.clock = clock or Clock()
        self.ids = ids or Ids()
        self.pool = pool or db.open_pool(settings, service)

    @contextmanager
    def connection(self) -> Generator[Rows]:
        """A connection of the pool in autocommit; Unavailable when the database cannot be reached in 3 s."""
        try:
            conn = self.pool.getconn()
            try:
                yield conn
            finally:
                self.pool.putconn(conn)  # one in the middle of something is mended or closed there
        except db.DOWN as error:
            raise Unavailable from error

    @contextmanager
    def read(self) -> Generator[Rows]:
        """A connection for queries; each sees what was committed when it began."""
        with self.connection() as conn:
            yield conn

    @contextmanager
    def reading(self) -> Generator[Reading]:
        """The same, with streams and sealed values."""
        with self.connection() as conn:
            yield Reading(conn, self.service, self.clock.now(), Keys(conn, self.settings.master_key))

    @contextmanager
    def transaction(
        self,
        *,
        actor: Actor | None = None,
        correlation_id: str | None = None,
        causation_id: str | None = None,
        now: datetime | None = None,
    ) -> Generator[Transaction]:
        """Commits when the block ends, rolls back when it raises. Unavailable: not known whether it was committed.

        `now` is the instant of all its events; given only by an import of what happened before.
        """
        with self.connection() as conn, conn.transaction():
            about = {"actor": actor, "correlation_id": correlation_id, "causation_id": causation_id}
            yield self._on(conn, now or self.clock.now(), **about)

    @contextmanager
    def viewing(self, actor: Actor | None) -> Generator[Transaction]:
        """What a view reads through: each query sees what was committed when it began, and none begins or ends anything.

        A single row may be written, such as a note of who looked; what must hold together wants a transaction.
        """
        with self.connection() as conn:
            yield self._on(conn, self.clock.now(), actor=actor)

    def _on(self, conn: Rows, now: datetime, **about: Any) -> Transaction:
        keys = Keys(conn, self.settings.master_key)
        return Transaction(conn, self.service, now, keys, new_id=self.ids.new, **about)

    def run(self, call: Call, use_case: Callable[[Transaction], dict[str, Any]]) -> dict[str, Any]:
        """Does a command once. Asked again with the same id, actor and body, it answers the same without a second effect.

        The outcome is kept, sealed, for 48 hours in the transaction of the effect. Raises CommandReused, and whatever the
        use case refuses (a refusal is not kept: it changed nothing).
        """
        with self.transaction(actor=call.actor, correlation_id=call.correlation_id, causation_id=call.command_id) as tx:
            if call.command_id is None:
                return use_case(tx)
            done = commands.find(tx, call.command_id, call)
            if done is not None:
                return done
            outcome = use_case(tx)
            commands.keep(tx, call.command_id, call, outcome)
            return outcome

    def forget_commands(self) -> None:
        """Drops the outcomes that are older than 48 hours."""
        with self.transaction() as tx:
            commands.forget(tx)

    def append(
        self, stream: str, facts: Sequence[Any], *, key: str | None = None, subject: str | None = None
    ) -> list[Recorded[Any]]:
        """Appends facts to one stream in a transaction of their own.

        One fact that no projection shows and no key seals is one statement, its own transaction: one round trip, not three.
        """
        if key is None and len(facts) == 1 and not projections_of(type(facts[0])):
            with self.connection() as conn:
                return self._on(conn, self.clock.now()).append(stream, facts, subject=subject)
        with self.transaction() as tx:
            return tx.append(stream, facts, key=key, subject=subject)

    def history(self, stream: str, *, until: datetime | None = None) -> list[Recorded[Any]]:
        """The events of a stream in order, up to and including a moment; no lock."""
        with self.reading() as reading:
            return reading.history(stream, until=until)

    def seal(self, key_id: str, data: Any) -> bytes:
        """JSON values for a row, sealed under this key, which is made if it is missing."""
        with self.transaction() as tx:
            return tx.seal(key_id, data)

    def open(self, key_id: str, data: bytes) -> Any | None:
        """What `seal` sealed; None when the key is destroyed."""
        with self.reading() as reading:
            return reading.open(key_id, data)

    def event_exists(self, event_id: UUID) -> bool:
        """Whether this fact is recorded here already."""
        with self.connection() as conn:
            return conn.execute("SELECT 1 FROM events WHERE event_id = %s", (event_id,)).fetchone() is not None

    def close(self) -> None:
        """Gives back every connection."""
        self.pool.close()
