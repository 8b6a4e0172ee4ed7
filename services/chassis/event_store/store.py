"""The event store of a service: one object a process, over its database. `transaction.py` is what a use case sees of it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from psycopg.errors import ReadOnlySqlTransaction, UniqueViolation
from psycopg_pool import ConnectionPool

from services.chassis import contracts, remembered
from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.clock import Clock, Ids
from services.chassis.errors import Unavailable
from services.chassis.event_store import commands, db
from services.chassis.event_store.commands import CommandReused
from services.chassis.event_store.db import Connection
from services.chassis.event_store.keys import Keys
from services.chassis.event_store.signals import Signals
from services.chassis.event_store.transaction import Reading, Transaction, Viewing
from services.chassis.settings import Settings

__all__ = ["CommandReused", "DatabaseDown", "Reading", "Store", "Transaction", "TransactionAborted"]

A = TypeVar("A")
T = TypeVar("T", bound=Transaction)

DRAWS = 4
"""How often something is drawn before the caller gets a failure."""


class DatabaseDown(Unavailable):
    """The server cannot be reached by any process: a caller that can wait waits for it."""


class TransactionAborted(Unavailable):
    """The server is there, and ended this one: it took too long, or too much. Whatever else is asked may well go on."""


class Store:
    """Transactions, reads and keys of one service. A server that does not answer is Unavailable, whatever was asked."""

    def __init__(
        self,
        settings: Settings,
        service: str,
        *,
        clock: Clock | None = None,
        ids: Ids | None = None,
        pool: ConnectionPool[Connection] | None = None,
    ) -> None:
        self.settings = settings
        self.service = service
        self.clock = clock or Clock()
        self.ids = ids or Ids()
        self.pool = pool or db.open_pool(settings, service)
        self.signals = Signals()

    @contextmanager
    def connection(self) -> Generator[Connection]:
        """A connection of the pool in autocommit; DatabaseDown when the database cannot be reached in 3 s, TransactionAborted as that says."""
        try:
            conn = self.pool.getconn()
            try:
                yield conn
            finally:
                db.used(conn)
                self.pool.putconn(conn)  # one in the middle of something is mended or closed there
        except db.OF_ONE_TRANSACTION as error:
            raise TransactionAborted from error
        except ReadOnlySqlTransaction as error:
            self.pool.drain()  # all go to a server that leads no more: the next call looks for the one that does
            raise DatabaseDown from error
        except db.DOWN as error:
            raise DatabaseDown from error

    read = connection
    """For queries; each sees what was committed when it began."""

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
        attempt: int = 0,
    ) -> Generator[Transaction]:
        """Commits when the block ends, then wakes what waits for it; rolls back when it raises. Unavailable: not known
        whether it was committed.

        `now` is the instant of all its events; given only by an import of what happened before.
        """
        with self.connection() as conn:
            with conn.together():
                about = {
                    "actor": actor,
                    "correlation_id": correlation_id,
                    "causation_id": causation_id,
                    "attempt": attempt,
                }
                tx = self._on(conn, now or self.clock.now(), Transaction, **about)
                yield tx
            self.signals.committed(conn, tx.wakes)

    @contextmanager
    def viewing(self, actor: Actor | None) -> Generator[Viewing]:
        """What a view reads through: each query sees what was committed when it began, and no transaction is begun.

        A single row may be written, such as a note of who looked; what must agree needs a transaction.
        """
        with self.connection() as conn:
            yield self._on(conn, self.clock.now(), Viewing, actor=actor)

    def _on(self, conn: Connection, now: datetime, kind: type[T], **about: Any) -> T:
        keys = Keys(conn, self.settings.master_key)
        return kind(conn, self.service, now, keys, new_id=self.ids.new, **about)

    def run(
        self, call: Call, use_case: Callable[[Transaction], dict[str, Any]], *, drawn: str | None = None
    ) -> dict[str, Any]:
        """Does a command once. Asked again with the same id, method, actor and body, it answers the same without a second effect.

        The outcome is kept, sealed, for 48 hours in the transaction of the effect. Raises as `commands.find`, and whatever the
        use case refuses (a refusal is not kept: it changed nothing).

        `drawn` names the unique constraint of something that the use case draws by `tx.attempt`: where another one has it
        already, the whole transaction is done again with the next attempt.
        """
        call = self.as_remembered(call)
        for attempt in range(DRAWS - 1):
            try:
                return self._run(call, use_case, attempt)
            except UniqueViolation as taken:
                if drawn is None or taken.diag.constraint_name != drawn:
                    raise
        return self._run(call, use_case, DRAWS - 1)

    def _run(self, call: Call, use_case: Callable[[Transaction], dict[str, Any]], attempt: int) -> dict[str, Any]:
        with self.transaction(
            actor=call.actor, correlation_id=call.correlation_id, causation_id=call.command_id, attempt=attempt
        ) as tx:
            if call.command_id is None:
                return use_case(tx)
            done = commands.find(tx, call.command_id, call)
            if done is not None:
                return done
            outcome = use_case(tx)
            commands.keep(tx, call.command_id, call, outcome)
            return outcome

    def run_declared(
        self, call: Call, answer: type[A], use_case: Callable[[Transaction], A], *, drawn: str | None = None
    ) -> A:
        """`run` for a declared call: the use case answers with the class that its declaration names."""
        return contracts.from_json(answer, self.run(call, lambda tx: contracts.to_json(use_case(tx)), drawn=drawn))

    def done(self, call: Call, answer: type[A]) -> A | None:
        """What `run_declared` answers of this command already, None where it would do it now. Raises as `commands.find`."""
        if call.command_id is None:
            return None
        with self.transaction(actor=call.actor) as tx:
            kept = commands.find(tx, call.command_id, self.as_remembered(call))
        return None if kept is None else contracts.from_json(answer, kept)

    def as_remembered(self, call: Call) -> Call:
        """The call with the body by which it is recognised: of a declared one, what its declaration marks."""
        if call.declared is None:
            return call
        key = remembered.second_key(self.settings.signing_key, self.service)
        return replace(call, body=remembered.body_of(call.declared, call.body, key))

    def forget_commands(self) -> None:
        """Drops the outcomes that are older than 48 hours."""
        with self.transaction() as tx:
            commands.forget(tx)

    def close(self) -> None:
        """Gives back every connection."""
        self.pool.close()
