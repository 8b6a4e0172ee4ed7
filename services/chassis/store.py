"""The store of a service: transactions over its event streams and its rows, idempotent commands, keys.

A transaction locks a stream before it reads it, so what was decided on is what is appended to; nothing is retried.
Lock order: a command opens its own subject's stream first, then names every other stream that it touches in one `lock`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
import psycopg
from psycopg.errors import LockNotAvailable, QueryCanceled
from psycopg_pool import ConnectionPool, PoolTimeout

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.clock import Clock, Ids
from services.chassis.db import Rows, open_pool
from services.chassis.errors import Conflict, Unavailable
from services.chassis.keys import Keys
from services.chassis.settings import Settings
from services.chassis.transaction import Transaction

RECALL = "SELECT actor, body_hash, outcome FROM recall_command(%(id)s)"

REMEMBER = """
INSERT INTO commands (command_id, actor, body_hash, outcome, done_at)
VALUES (%(id)s, %(actor)s, %(body_hash)s, %(outcome)s, %(now)s)
"""

FORGET = "DELETE FROM commands WHERE done_at < %(now)s - interval '48 hours'"

DESTROY_KEY = "UPDATE keys SET wrapped = NULL, destroyed_at = %(now)s WHERE key_id = %(key_id)s AND wrapped IS NOT NULL"

DESTROY_PERSON = """
UPDATE keys SET wrapped = NULL, destroyed_at = %(now)s
WHERE person = %(person)s AND wrapped IS NOT NULL AND NOT key_id = ANY(%(retained)s)
"""


class CommandReused(Conflict):
    """The id of a command that was done before came with another body or from another actor."""

    code = "command_reused"
    message = "Cette opération a déjà été envoyée avec un autre contenu."


class Store:
    """One per process. `service` names the database; clock and ids may be given by a test."""

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
        self.pool = pool or open_pool(settings, service)

    def close(self) -> None:
        """Gives back every connection."""
        self.pool.close()

    @contextmanager
    def read(self) -> Iterator[Rows]:
        """A connection for reading, one consistent statement at a time; raises Unavailable."""
        with self._connection() as conn:
            yield conn

    @contextmanager
    def transaction(
        self,
        *,
        actor: Actor | None = None,
        correlation_id: str | None = None,
        causation_id: str | None = None,
        now: datetime | None = None,
    ) -> Iterator[Transaction]:
        """All or nothing: what was appended, projected and written commits together at the end of the block.

        `now` is the instant of all its events; given only by an import of what happened before.
        """
        with self._connection() as conn:
            yield Transaction(
                conn=conn,
                service=self.service,
                now=now or self.clock.now(),
                keys=Keys(conn, self.settings.master_key),
                new_id=self.ids.new,
                actor=actor,
                correlation_id=correlation_id,
                causation_id=causation_id,
            )

    def run(self, call: Call, use_case: Callable[[Transaction], dict[str, Any]]) -> dict[str, Any]:
        """Does a command once. Asked again with the same id, actor and body, it answers the same without a second effect.

        The outcome is kept for 48 hours in the transaction of the effect: ids and statuses only, never what a person typed.
        Raises CommandReused, and whatever the use case refuses (a refusal is not kept: it changed nothing).
        """
        with self.transaction(actor=call.actor, correlation_id=call.correlation_id, causation_id=call.command_id) as tx:
            if call.command_id is None:
                return use_case(tx)
            who, body_hash = f"{call.actor.kind}:{call.actor.id}", call.body_hash()
            done = tx.conn.execute(RECALL, {"id": call.command_id}).fetchone()
            if done is not None:
                if done["actor"] != who or bytes(done["body_hash"]) != body_hash:
                    raise CommandReused
                return done["outcome"]
            outcome = use_case(tx)
            tx.conn.execute(
                REMEMBER,
                {
                    "id": call.command_id,
                    "actor": who,
                    "body_hash": body_hash,
                    "outcome": orjson.dumps(outcome).decode(),
                    "now": self.clock.now(),
                },
            )
            return outcome

    def forget_commands(self) -> None:
        """Drops the outcomes that are older than 48 hours."""
        with self._connection() as conn:
            conn.execute(FORGET, {"now": self.clock.now()})

    def destroy_key(self, key_id: str) -> None:
        """Makes unreadable, for ever, all that this key sealed; events and their chain stay."""
        with self._connection() as conn:
            conn.execute(DESTROY_KEY, {"key_id": key_id, "now": self.clock.now()})

    def destroy_person(self, person: str, retained: list[str] | None = None) -> int:
        """Destroys the keys of a person but for those that a duty retains; tells how many."""
        with self._connection() as conn:
            params = {"person": person, "retained": retained or [], "now": self.clock.now()}
            return conn.execute(DESTROY_PERSON, params).rowcount

    @contextmanager
    def _connection(self) -> Iterator[Rows]:
        """A pooled connection in a transaction; what only time or another server can mend is Unavailable."""
        try:
            with self.pool.connection() as conn:
                yield conn
        except (PoolTimeout, LockNotAvailable, QueryCanceled, psycopg.OperationalError) as error:
            raise Unavailable from error
