"""Rebuilds what projections, reactions and tallies filled: into new tables, caught up, then put in place under a short lock.

The old tables are read and written until the last moment; nothing is dropped before its replacement has everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, NoReturn
from uuid import UUID

from psycopg import sql

from services.chassis.bus.envelope import unpack
from services.chassis.bus.reactions import Reaction, reactions_of
from services.chassis.clock import Clock, Ids
from services.chassis.errors import Conflict
from services.chassis.event_store import db
from services.chassis.event_store.counting import COUNTING
from services.chassis.event_store.keys import Keys
from services.chassis.event_store.projections import Project, projections_in, tallies_in
from services.chassis.event_store.registrations import load_registrations
from services.chassis.event_store.transaction import Transaction
from services.chassis.process.migrate import grant
from services.chassis.settings import Settings

BATCH = 500
NEW = "rebuilding"
OLD = "replaced"

EVENTS: LiteralString = """
SELECT e.event_id, e.stream, e.version, e.type, e.type_version, e.subject, e.time, e.public, e.sealed, e.key_id,
    e.correlation_id, e.causation_id, k.wrapped, o.position, o.waiting
FROM (
    SELECT event_id, position, NULL::bigint AS waiting FROM positions WHERE position > %(after)s
    UNION ALL SELECT event_id, NULL, id FROM outbox
) o JOIN events e ON e.event_id = o.event_id LEFT JOIN keys k ON k.key_id = e.key_id
ORDER BY o.position NULLS LAST, o.waiting LIMIT %(at_most)s
"""
HEARD: LiteralString = """
SELECT h.event_id, h.source, h.body FROM heard h
WHERE (h.source, h.type) IN (SELECT * FROM unnest(%(sources)s::text[], %(types)s::text[]))
    AND NOT EXISTS (SELECT FROM done_again d WHERE d.source = h.source AND d.event_id = h.event_id)
ORDER BY h.heard_at, h.source, h.position LIMIT %(at_most)s
"""
DONE_AGAIN: LiteralString = "CREATE TEMP TABLE done_again (source text, event_id uuid, PRIMARY KEY (source, event_id))"
NOTE_DONE: LiteralString = "INSERT INTO done_again SELECT * FROM unnest(%(sources)s::text[], %(ids)s::uuid[])"
INDEXES: LiteralString = """
SELECT indexname AS name, replace(replace(indexdef, indexname, ''), %(schema)s || '.', '') AS definition
FROM pg_indexes WHERE schemaname = %(schema)s AND tablename = %(table)s
"""
FOREIGN_KEYS: LiteralString = """
SELECT conrelid::regclass::text AS holder, conname AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE contype = 'f' AND (conrelid = ANY(%(tables)s::text[]::regclass[]) OR confrelid = ANY(%(tables)s::text[]::regclass[]))
"""


@dataclass(frozen=True)
class Rebuilt:
    """How many rows each table has now."""

    rows: dict[str, int]

    def __str__(self) -> str:
        shown = ", ".join(f"{table} ({rows})" for table, rows in self.rows.items())
        return f"reconstruit : {shown}" if shown else "rien à reconstruire"


class RebuildUnderWay(Conflict):
    code = "conflict"
    message = "Une reconstruction est déjà en cours."


class Replaying(Transaction):
    """The transaction of a replay: projections and reactions write rows with it, and no event."""

    def append(self, stream: str, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(f"{stream}: a rebuild appends nothing; give @reaction the part of it that fills its tables")


class Rebuild:
    """One rebuild of one service, on a connection of the owner of the tables."""

    def __init__(self, settings: Settings, service: str, conn: db.Connection) -> None:
        self._settings = settings
        self._service = service
        self._conn = conn
        projections = [known for known in projections_in(service) if known.tables]
        self._reactions: dict[tuple[str, str], Reaction[Any]] = {
            (source, name): known
            for source, reactions in reactions_of(service).items()
            for name, known in reactions.items()
            if known.tables
        }
        self._project: dict[type[object], list[Project]] = {}
        for known in projections:
            for cls in known.events:
                self._project.setdefault(cls, []).append(known.project)
        self._tallies = tallies_in(service)
        filled = (*projections, *self._reactions.values(), *self._tallies)
        named = [table for known in filled for table in known.tables]
        self.tables = list(dict.fromkeys(named))
        self._after = 0
        # Apart from the events of other services (`done_again`), which may have been recorded here as well under the same id.
        self._shown: set[UUID] = set()

    def run(self) -> Rebuilt:
        """Raises RebuildUnderWay."""
        if not self.tables:
            return Rebuilt({})
        if not self._conn.execute("SELECT pg_try_advisory_lock(7310003) AS ours").fetchall()[0]["ours"]:
            raise RebuildUnderWay
        self._make()
        more = True
        while more:
            with self._conn.transaction():
                more = self._apply() >= BATCH
        # Before the tables: a tally locks them in another order.
        self._conn.execute("SELECT pg_advisory_lock(%(counting)s)", {"counting": COUNTING})
        with self._conn.transaction():
            # The snapshot is taken after the lock: it holds every event whose rows the old tables hold.
            self._conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            tables = sql.SQL(", ").join(sql.Identifier("public", table) for table in self.tables)
            self._conn.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))
            while self._apply():
                pass
            for known in self._tallies:
                known.count_all(self._transaction(Clock().now()))
            self._switch()
            rebuilt = Rebuilt({table: self._count(table) for table in self.tables})
        # now, and not once the server sees that the connection ended
        self._conn.execute("SELECT pg_advisory_unlock_all()")
        return rebuilt

    def _make(self) -> None:
        self._conn.execute(DONE_AGAIN)
        self._conn.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(NEW)))
        self._conn.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(NEW)))
        for table in self.tables:
            make = sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)")
            self._conn.execute(make.format(sql.Identifier(NEW, table), sql.Identifier("public", table)))

    def _apply(self) -> int:
        """Gives the next events to their projections, writing to the new tables; returns how many were new."""
        self._conn.execute(sql.SQL("SET LOCAL search_path = {}, public").format(sql.Identifier(NEW)))
        at_most = BATCH + len(self._shown)
        rows = (
            self._conn.execute(EVENTS, {"after": self._after, "at_most": at_most}).fetchall() if self._project else []
        )
        new = [row for row in rows if row["event_id"] not in self._shown]
        shown = {cls.__name__ for cls in self._project}
        for row in new:
            if row["type"] in shown:
                tx = self._transaction(row["time"])
                recorded = tx.recorded(row)
                for project in self._project.get(type(recorded.event), ()):
                    project(tx, recorded)
            if row["position"] is None:
                self._shown.add(row["event_id"])  # not numbered yet: it will come again, with a position
            else:
                self._after = row["position"]
        return len(new) + self._apply_received()

    def _apply_received(self) -> int:
        """The next of the events of other services, in the order in which they were applied."""
        if not self._reactions:
            return 0
        sources, types = (list(names) for names in zip(*self._reactions, strict=True))
        rows = self._conn.execute(HEARD, {"sources": sources, "types": types, "at_most": BATCH}).fetchall()
        for row in rows:
            envelope = unpack(row["body"])
            reaction = self._reactions[envelope.source, envelope.type]
            reaction.apply_again(self._transaction(envelope.time), envelope)
        done = {"sources": [row["source"] for row in rows], "ids": [row["event_id"] for row in rows]}
        self._conn.execute(NOTE_DONE, done)
        return len(rows)

    def _transaction(self, now: datetime) -> Transaction:
        keys = Keys(self._conn, self._settings.master_key)
        return Replaying(self._conn, self._service, now, keys, new_id=Ids().new)

    def _switch(self) -> None:
        self._conn.execute("SET LOCAL search_path = public")
        self._conn.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(OLD)))
        # A copied table has its checks and indexes, but no foreign key; and what points at the old one holds it fast.
        foreign = self._conn.execute(FOREIGN_KEYS, {"tables": self.tables}).fetchall()
        for key in foreign:
            self._alter(key["holder"], sql.SQL("DROP CONSTRAINT {}").format(sql.Identifier(key["name"])))
        for table in self.tables:
            names = self._index_names(table)
            move = sql.SQL("ALTER TABLE {} SET SCHEMA {}")
            self._conn.execute(move.format(sql.Identifier("public", table), sql.Identifier(OLD)))
            self._conn.execute(move.format(sql.Identifier(NEW, table), sql.Identifier("public")))
            self._conn.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(OLD, table)))
            for made, wanted in names:
                rename = sql.SQL("ALTER INDEX {} RENAME TO {}")
                self._conn.execute(rename.format(sql.Identifier("public", made), sql.Identifier(wanted)))
        for key in foreign:
            add = sql.SQL("ADD CONSTRAINT {} ").format(sql.Identifier(key["name"])) + sql.SQL(key["definition"])
            self._alter(key["holder"], add)
        for schema in (NEW, OLD):
            self._conn.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(schema)))
        grant(self._conn, self._settings, self._service)

    def _alter(self, table: str, change: sql.Composable) -> None:
        self._conn.execute(sql.SQL("ALTER TABLE {} ").format(sql.Identifier("public", table)) + change)

    def _index_names(self, table: str) -> Iterable[tuple[str, str]]:
        """Each index of the new table with the name of its like in the old one: migrations to come know it by that."""
        old = self._conn.execute(INDEXES, {"schema": "public", "table": table}).fetchall()
        made = self._conn.execute(INDEXES, {"schema": NEW, "table": table}).fetchall()
        wanted = {row["definition"]: row["name"] for row in old}
        pairs = [(row["name"], wanted.get(row["definition"], row["name"])) for row in made]
        return [(name, other) for name, other in pairs if name != other]

    def _count(self, table: str) -> int:
        counted = self._conn.execute(sql.SQL("SELECT count(*) AS rows FROM {}").format(sql.Identifier("public", table)))
        return counted.fetchall()[0]["rows"]


def rebuild(settings: Settings, service: str) -> Rebuilt:
    """Rebuilds every table that a projection, a reaction or a tally of the service says it fills."""
    load_registrations(service)
    patient = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "lock_timeout": "10s"}
    with db.connect(settings.owner_database(service), "parvis-rebuild", **patient) as conn:
        return Rebuild(settings, service, conn).run()
