"""One transaction over event streams: lock, fold, decide, append, project."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from psycopg.errors import DatabaseError

from services.chassis import sealing
from services.chassis.actors import Actor
from services.chassis.db import Rows
from services.chassis.decider import Decider, fold
from services.chassis.errors import Conflict
from services.chassis.events import Recorded, parts, revive, type_of
from services.chassis.keys import KeyDestroyed, Keys
from services.chassis.projections import project

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")

LOCK = "SELECT lock_streams(%(streams)s)"

OPEN = "SELECT * FROM open_stream(%(stream)s)"

READ = """
SELECT e.event_id, e.version, e.type, e.type_version, e.subject, e.public, e.sealed, e.key_id, e.time AS at,
       e.correlation_id, e.causation_id, k.wrapped
FROM events AS e LEFT JOIN keys AS k ON k.key_id = e.key_id
WHERE e.stream = %(stream)s AND (%(until)s::timestamptz IS NULL OR e.time <= %(until)s)
ORDER BY e.version
"""

APPEND = """
SELECT append_events(%(stream)s, %(expected)s, %(subject)s, %(ids)s::uuid[], %(types)s, %(type_versions)s::smallint[],
                     %(publics)s, %(sealeds)s::bytea[], %(key_id)s, %(now)s, %(correlation)s, %(causation)s) AS head
"""

STALE = "PV001"


class StaleVersion(Conflict):
    """The stream has moved on since its author looked; `details` tell the version seen and the present one."""

    code = "stale"
    message = "Cette demande a changé depuis que vous l’avez ouverte. Relisez-la avant de recommencer."


@dataclass(kw_only=True)
class Transaction:
    """Given out by Store. `now` is the instant of every event that it appends."""

    conn: Rows
    service: str
    now: datetime
    keys: Keys
    new_id: Callable[[], UUID]
    actor: Actor | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    _opened: dict[str, list[Recorded[Any]]] = field(default_factory=dict)

    def lock(self, *streams: str) -> None:
        """Locks streams in ascending order of their keys: name all that the command touches besides its own, once."""
        self.conn.execute(LOCK, {"streams": list(streams)})

    def load(self, decider: Decider[Any, S, Any], stream: str) -> tuple[S, int]:
        """Locks the stream, and tells its state and version; version 0 is a stream that does not exist yet."""
        recorded = self._open(stream)
        return fold(decider, (r.event for r in recorded)), len(recorded)

    def history(self, stream: str, *, until: datetime | None = None) -> list[Recorded[Any]]:
        """The events of a stream as they stood at that instant, without a lock."""
        rows = self.conn.execute(READ, {"stream": stream, "until": until}).fetchall()
        return [self._recorded(stream, row) for row in rows]

    def execute(
        self,
        decider: Decider[C, S, Any],
        stream: str,
        command: C,
        *,
        key: str | None = None,
        subject: str | None = None,
        expected_version: int | None = None,
    ) -> list[Recorded[Any]]:
        """Decides on the present state and appends what follows; nothing where the wish is already true.

        Raises StaleVersion where the author saw another version, and whatever the decider refuses.
        """
        state, version = self.load(decider, stream)
        if expected_version is not None and expected_version != version:
            raise StaleVersion(details={"seen": expected_version, "version": version})
        return self.append(stream, decider.decide(command, state), key=key, subject=subject)

    def append(
        self,
        stream: str,
        events: Sequence[Any],
        *,
        key: str | None = None,
        subject: str | None = None,
        event_id: UUID | None = None,
    ) -> list[Recorded[Any]]:
        """Appends facts and runs their projections. `event_id` names a single fact that came from elsewhere.

        `key` seals their sealed parts; `subject` defaults to what follows the first hyphen of the stream's name.
        """
        if not events:
            return []
        about = subject or stream.partition("-")[2] or stream
        ids = [event_id] if event_id else [self.new_id() for _ in events]
        kinds = [type_of(type(happened)) for happened in events]
        stored = [self._stored(happened, key) for happened in events]
        opened = self._opened.get(stream)
        head = self._append(
            {
                "stream": stream,
                "expected": len(opened) if opened is not None else None,
                "subject": about,
                "ids": ids,
                "types": [kind.name for kind in kinds],
                "type_versions": [kind.version for kind in kinds],
                "publics": [public for public, _ in stored],
                "sealeds": [secret for _, secret in stored],
                "key_id": key,
                "now": self.now,
                "correlation": self.correlation_id,
                "causation": self.causation_id,
            }
        )
        recorded = [
            Recorded(
                event_id=one_id,
                stream=stream,
                version=head + number,
                subject=about,
                time=self.now,
                event=happened,
                correlation_id=self.correlation_id,
                causation_id=self.causation_id,
                key_id=key,
            )
            for number, (one_id, happened) in enumerate(zip(ids, events, strict=True), start=1)
        ]
        if opened is not None:
            opened.extend(recorded)
        for one in recorded:
            project(self, one)
        return recorded

    def key(self, key_id: str, person: str | None = None) -> None:
        """Makes the key if there is none, and writes the person beside it."""
        self.keys.make(key_id, person)

    def seal(self, key_id: str, data: Any) -> bytes:
        """JSON values for a row, readable as long as the key lives."""
        return self.keys.seal(key_id, data)

    def open(self, key_id: str, sealed: bytes) -> Any | None:
        """The JSON values of a row; None once its key is destroyed."""
        return self.keys.open(key_id, sealed)

    def _open(self, stream: str) -> list[Recorded[Any]]:
        if stream not in self._opened:
            rows = self.conn.execute(OPEN, {"stream": stream}).fetchall()
            self._opened[stream] = [self._recorded(stream, row) for row in rows]
        return self._opened[stream]

    def _append(self, params: dict[str, Any]) -> int:
        try:
            return self.conn.execute(APPEND, params).fetchall()[0]["head"]
        except DatabaseError as error:
            if error.sqlstate == STALE:
                raise StaleVersion from error
            raise

    def _stored(self, happened: Any, key: str | None) -> tuple[str, bytes | None]:
        public, secret = parts(happened)
        text = orjson.dumps(public).decode()
        if secret is None:
            return text, None
        if key is None:
            raise ValueError(f"{type(happened).__name__} has a sealed part and needs a key")
        found = self.keys.find(key) or self.keys.make(key)
        if found is None:
            raise KeyDestroyed(key)
        return text, sealing.seal_json(found, secret, bound_to=key.encode())

    def _recorded(self, stream: str, row: dict[str, Any]) -> Recorded[Any]:
        secret, readable = None, True
        if row["sealed"] is not None:
            self.keys.learn(row["key_id"], row["wrapped"])
            secret = self.keys.open(row["key_id"], row["sealed"])
            readable = secret is not None
        return Recorded(
            event_id=row["event_id"],
            stream=stream,
            version=row["version"],
            subject=row["subject"],
            time=row["at"],
            event=revive(self.service, row["type"], row["type_version"], orjson.loads(row["public"]), secret),
            correlation_id=row["correlation_id"],
            causation_id=row["causation_id"],
            key_id=row["key_id"],
            readable=readable,
        )
