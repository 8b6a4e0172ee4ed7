"""Reading streams, and the transaction in which a use case reads, decides and appends: all of it or nothing."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import orjson

from services.chassis.actors import Actor
from services.chassis.event_store import chain, events
from services.chassis.event_store.db import Connection
from services.chassis.event_store.decider import Decider, fold
from services.chassis.event_store.events import Event, Recorded
from services.chassis.event_store.keys import Keys
from services.chassis.event_store.locks import HeldLocks, lock_key
from services.chassis.event_store.signals import EVENTS, NOTIFY

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")

Project = Callable[["Transaction", Recorded[Any]], None]
_on_append: dict[type[object], list[Project]] = {}

_EVENTS: LiteralString = """
SELECT e.event_id, e.stream, e.version, e.type, e.type_version, e.subject, e.time, e.public, e.sealed, e.key_id,
    e.correlation_id, e.causation_id, k.wrapped
FROM events e LEFT JOIN keys k ON k.key_id = e.key_id
"""
_HISTORY: LiteralString = f"""{_EVENTS}
WHERE e.stream = %(stream)s AND (%(until)s::timestamptz IS NULL OR e.time <= %(until)s) ORDER BY e.version
"""
_HISTORIES: LiteralString = f"{_EVENTS} WHERE e.stream = ANY(%(streams)s) ORDER BY e.stream, e.version"
_FIRSTS: LiteralString = f"{_EVENTS} WHERE e.stream = ANY(%(streams)s) AND e.version = 1"
_LOCKED_HISTORY = "SELECT * FROM locked_history(%s, %s)"
_LOCK = "SELECT lock_streams(%s)"
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%s) AS locked"
_APPEND = """
SELECT append_event(%(lock)s, %(stream)s, %(event_id)s, %(type)s, %(type_version)s::smallint, %(subject)s, %(time)s,
    %(public)s, %(sealed)s, %(key_id)s, %(shared)s, %(correlation_id)s, %(causation_id)s, %(digest)s) AS version
"""


class Reading:
    """A connection with which streams and sealed values can be read. Each statement sees what was committed before it."""

    def __init__(self, conn: Connection, service: str, now: datetime, keys: Keys) -> None:
        self.conn = conn
        self.service = service
        self.now = now
        self.keys = keys

    def history(self, stream: str, *, until: datetime | None = None) -> list[Recorded[Any]]:
        """The events of a stream in order, up to and including a moment."""
        rows = self.conn.execute(_HISTORY, {"stream": stream, "until": until}).fetchall()
        return [self.recorded(row) for row in rows]

    def histories(self, streams: Sequence[str]) -> dict[str, list[Recorded[Any]]]:
        """The events of several streams, each in order, in one statement; a stream without events is left out."""
        found: dict[str, list[Recorded[Event]]] = {}
        for row in self.conn.execute(_HISTORIES, {"streams": list(streams)}).fetchall():
            found.setdefault(row["stream"], []).append(self.recorded(row))
        return found

    def firsts(self, streams: Sequence[str]) -> dict[str, Recorded[Any]]:
        """The first event of each of several streams, in one statement; a stream without events is left out."""
        rows = self.conn.execute(_FIRSTS, {"streams": list(streams)}).fetchall()
        return {row["stream"]: self.recorded(row) for row in rows}

    def fold(self, decider: Decider[Any, S, Any], stream: str, *, until: datetime | None = None) -> tuple[S, int]:
        """The state of a stream and its version, without a lock: good for showing, not for deciding."""
        return folded(decider, self.history(stream, until=until))

    def open(self, key_id: str, data: bytes) -> Any | None:
        """The value that `Transaction.seal` made of a row; None when its key is destroyed."""
        return self.keys.open(key_id, data)

    def open_text(self, key_id: str, data: bytes) -> str | None:
        """The same of a text."""
        return self.keys.open(key_id, data)

    def recorded(self, row: dict[str, Any]) -> Recorded[Event]:
        """The event of a row of `events` joined with its wrapped key."""
        hidden = None
        if row["sealed"] is not None and self.keys.learn(row["key_id"], row["wrapped"]) is not None:
            hidden = self.keys.open(row["key_id"], row["sealed"], bound_to=row["event_id"].bytes)
        fact = events.revive(self.service, row["type"], row["type_version"], orjson.loads(row["public"]), hidden)
        return recorded_as(row, row["version"], fact, readable=row["sealed"] is None or hidden is not None)


class Transaction(Reading):
    """Everything done through it commits together when the block ends, or not at all when it raises."""

    def __init__(
        self,
        conn: Connection,
        service: str,
        now: datetime,
        keys: Keys,
        *,
        new_id: Callable[[], UUID],
        actor: Actor | None = None,
        correlation_id: str | None = None,
        causation_id: str | None = None,
        attempt: int = 0,
    ) -> None:
        super().__init__(conn, service, now, keys)
        self.attempt = attempt
        """How often the command was begun before: what is drawn by chance is then drawn again (`Store.run`)."""
        self.new_id = new_id
        self.actor = actor
        self.correlation_id = correlation_id
        self.causation_id = causation_id
        self.wakes: set[str] = set()
        self._held = HeldLocks()
        self._loaded: dict[str, list[Recorded[Any]]] = {}

    @contextmanager
    def following(self, correlation_id: str | None, causation_id: str) -> Generator[None]:
        """What is appended within names that call and that cause, in place of the transaction's own."""
        own = self.correlation_id, self.causation_id
        self.correlation_id, self.causation_id = correlation_id, causation_id
        try:
            yield
        finally:
            self.correlation_id, self.causation_id = own

    def wake(self, name: str) -> None:
        """Sets the signal of that name with the commit: what waits for it in this process has work."""
        self.wakes.add(name)

    def wake_relay(self) -> None:
        """Has the commit itself wake the relay: this wake-up is not lost with the process, as the one after a commit may be.

        Not for what is frequent: such commits wait for one another, on the whole server.
        """
        self.conn.execute(NOTIFY)

    def lock(self, *streams: str) -> None:
        """Locks these streams until the commit, in ascending key. Raises LockOrder when a later rank is held already."""
        missing = self._held.missing(streams)
        if missing:
            self.conn.execute(_LOCK, ([lock_key(stream) for stream in missing],))

    def try_lock(self, stream: str) -> bool:
        """Whether nothing else holds that stream: then it is locked until the commit, and may be loaded. No other transaction is
        waited for, so several may be tried in any order."""
        return bool(self.conn.execute(_TRY_LOCK, (lock_key(stream),)).fetchall()[0]["locked"])

    def load(self, decider: Decider[Any, S, Any], stream: str) -> tuple[S, int]:
        """Locks the stream; its state and version, 0 when it is new. No other transaction changes it before the commit."""
        return folded(decider, self._locked(stream))

    def execute(
        self, decider: Decider[C, S, E], stream: str, command: C, *, key: str | None = None, subject: str | None = None
    ) -> list[Recorded[E]]:
        """Decides on the state as it stands now and appends what follows; [] when nothing does. Raises what the decider refuses."""
        state, _ = self.load(decider, stream)
        return self.append(stream, decider.decide(command, state), key=key, subject=subject)

    def append(
        self,
        stream: str,
        facts: Sequence[E],
        *,
        key: str | None = None,
        subject: str | None = None,
        event_id: UUID | None = None,
    ) -> list[Recorded[E]]:
        """Appends facts at the end of a stream, locking it, and runs their projections.

        `key` seals the fields that identify a person. `event_id` keeps the id of a fact of another service.
        """
        if facts:
            self._held.missing((stream,))
            self.wake(EVENTS)
        appended = [self._append(stream, fact, key, subject, event_id) for fact in facts]
        for recorded in appended:
            for project in _on_append.get(type(recorded.event), ()):
                project(self, recorded)
        return appended

    def append_unanswered(self, stream: str, facts: Sequence[Any], *, subject: str | None = None) -> None:
        """As `append`, and waits for no answer: of facts that seal nothing and have no projection, and whose version is not asked for."""
        self._held.missing((stream,))
        self.wake(EVENTS)
        for fact in facts:
            if type(fact) in _on_append or stream in self._loaded:
                raise TypeError(f"{type(fact).__name__} on {stream} has to be answered")
            self.conn.execute(_APPEND, stored_values(self, stream, fact, None, subject, self.new_id()))

    def key(self, key_id: str) -> None:
        """Makes the key if it is missing. Raises KeyDestroyed when it was destroyed."""
        self.keys.take(key_id)

    def destroy_key(self, key_id: str) -> None:
        """Makes all that this key sealed unreadable for ever, with the commit; nothing is sealed with it any more."""
        self.keys.destroy(key_id, self.now)

    def seal(self, key_id: str, data: Any) -> bytes:
        """JSON values for a row, sealed; the key is made if it is missing. Raises KeyDestroyed when it was destroyed."""
        return self.keys.seal(key_id, data)

    def _locked(self, stream: str) -> list[Recorded[Any]]:
        if stream not in self._loaded:
            self._held.missing((stream,))
            rows = self.conn.execute(_LOCKED_HISTORY, (lock_key(stream), stream)).fetchall()
            self._loaded[stream] = [self.recorded(row) for row in rows]
        return self._loaded[stream]

    def _append(self, stream: str, fact: E, key: str | None, subject: str | None, event_id: UUID | None) -> Recorded[E]:
        values = stored_values(self, stream, fact, key, subject, event_id or self.new_id())
        appended = self.conn.execute(_APPEND, values)
        history = self._loaded.get(stream)
        if history is None:
            return recorded_as(values, appended.fetchall()[0]["version"], fact)
        # It is locked, so that its next version is known, and need not be waited for.
        history.append(recorded_as(values, len(history) + 1, fact))
        return history[-1]


def run_on_append(project: Project, events: Sequence[type[object]]) -> None:
    """Has `project(tx, recorded)` run when an event of these classes is appended, after those that were given before it."""
    for cls in events:
        _on_append.setdefault(cls, []).append(project)


class NoTransaction(RuntimeError):
    """A view was to lock or to append: what must agree needs a transaction."""


class Viewing(Transaction):
    """What a view reads through: nothing of it is locked, for the lock would be gone before the next query."""

    def lock(self, *streams: str) -> None:
        raise NoTransaction(streams)

    def try_lock(self, stream: str) -> bool:
        raise NoTransaction(stream)

    def append(self, stream: str, facts: Sequence[E], **_: Any) -> list[Recorded[E]]:
        raise NoTransaction(stream)

    def _locked(self, stream: str) -> list[Recorded[Any]]:
        raise NoTransaction(stream)


def stored_values(
    tx: Transaction, stream: str, fact: Any, key: str | None, subject: str | None, event_id: UUID
) -> dict[str, Any]:
    """What `append_event` stores of a fact, its sealed part encrypted."""
    known = events.type_of(type(fact))
    public, hidden = events.parts(fact)
    if hidden is not None and key is None:
        raise TypeError(f"{known.name} has a sealed part: name the key that seals it")
    values: dict[str, Any] = {
        "stream": stream,
        "event_id": event_id,
        "type": known.name,
        "type_version": known.version,
        "subject": stream.partition("-")[2] if subject is None else subject,
        "time": tx.now,
        "public": orjson.dumps(public).decode(),
        "sealed": None if hidden is None or key is None else tx.keys.seal(key, hidden, bound_to=event_id.bytes),
        "key_id": None if hidden is None else key,
        "correlation_id": tx.correlation_id,
        # None of an event of another service that is kept as it is.
        "causation_id": tx.causation_id if tx.causation_id != str(event_id) else None,
    }
    return {**values, "digest": chain.digest(**values), "lock": lock_key(stream), "shared": known.public}


def recorded_as(values: dict[str, Any], version: int, fact: E, *, readable: bool = True) -> Recorded[E]:
    names = ("event_id", "stream", "subject", "time", "correlation_id", "causation_id", "key_id")
    return Recorded(version=version, event=fact, readable=readable, **{name: values[name] for name in names})


def folded(decider: Decider[Any, S, Any], history: Sequence[Recorded[Any]]) -> tuple[S, int]:
    """The state after these events, and its version."""
    state = fold(decider, (recorded.event for recorded in history))
    return state, history[-1].version if history else 0
