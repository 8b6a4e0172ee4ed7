"""What procedures published, read by version and kept in the process: a definition never changes.

What is current is asked of the database each time, for another replica may have received a newer version.
A version is written once; an older one never takes the place of a newer.
"""

import json
from functools import partial
from typing import Any, LiteralString, TypeVar

from services.chassis.contracts import Json
from services.chassis.event_store.db import Connection, fetch_all
from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import Versions, read
from services.procedures.schemas.definitions.towns import Town
from services.requests.schemas.refusals import NotReceivedYet

T = TypeVar("T")

CURRENT: LiteralString = """
SELECT p.version, p.withdrawn, p.agenda, a.version AS agenda_version, t.version AS town_version
FROM procedures p CROSS JOIN town t LEFT JOIN agendas a ON a.slug = p.agenda
WHERE p.slug = %(slug)s
"""
OFFERED = "SELECT slug, version FROM procedures WHERE NOT withdrawn"
PUBLISHED = "SELECT slug, version FROM procedures"
AGENDAS = "SELECT slug, version FROM agendas"
TOWN = "SELECT version FROM town"


class Version(Struct):
    slug: str
    version: int


class Current(Struct):
    """A procedure as it is offered now, with its agenda (None without appointments) and the town."""

    definition: Procedure
    withdrawn: bool
    agenda: Agenda | None
    town: Town


class Definitions:
    """What one process has read so far."""

    def __init__(self) -> None:
        self._procedures = Versions(Procedure)
        self._agendas = Versions(Agenda)
        self._towns = Versions(Town)

    def current(self, conn: Connection, slug: str) -> Current:
        """Raises NotReceivedYet until the procedure is received."""
        row: Any = conn.execute(CURRENT, {"slug": slug}).fetchone()
        if row is None:
            raise NotReceivedYet
        return Current(
            definition=self.procedure(conn, slug, row["version"]),
            withdrawn=row["withdrawn"],
            agenda=None if row["agenda"] is None else self.agenda(conn, row["agenda"], row["agenda_version"]),
            town=self.town(conn, row["town_version"]),
        )

    def offered(self, conn: Connection) -> list[Procedure]:
        """Every procedure that is offered now."""
        return [self.procedure(conn, one.slug, one.version) for one in fetch_all(conn, Version, OFFERED)]

    def confidential(self, conn: Connection) -> tuple[str, ...]:
        """The procedures that are confidential as they were last published, withdrawn ones too."""
        every = fetch_all(conn, Version, PUBLISHED)
        return tuple(one.slug for one in every if self.procedure(conn, one.slug, one.version).confidential)

    def latest(self, conn: Connection, slugs: list[str]) -> dict[str, tuple[Procedure, bool]]:
        """The last version of each of these procedures, and whether it is offered now; one question for all of them."""
        sql: LiteralString = "SELECT slug, version, withdrawn FROM procedures WHERE slug = ANY(%s)"
        rows: Any = conn.execute(sql, (slugs,)).fetchall()
        return {row["slug"]: (self.procedure(conn, row["slug"], row["version"]), not row["withdrawn"]) for row in rows}

    def procedure(self, conn: Connection, slug: str, version: int) -> Procedure:
        """The definition that a request was filed with; raises NotReceivedYet."""
        sql: LiteralString = "SELECT version, definition FROM procedure_versions WHERE slug = %s AND version = %s"
        return _known(self._procedures.get(slug, version, partial(_stored, conn, sql, slug, version)))

    def agenda(self, conn: Connection, slug: str, version: int | None = None) -> Agenda:
        """The agenda as it is open now; `version` spares the question when it has just been read."""
        sql: LiteralString = "SELECT version, definition FROM agendas WHERE slug = %s"
        return _known(self._agendas.get(slug, version, partial(_stored, conn, sql, slug)))

    def agendas(self, conn: Connection) -> list[Agenda]:
        """Every agenda as it is open now, by title."""
        found = (self.agenda(conn, one.slug, one.version) for one in fetch_all(conn, Version, AGENDAS))
        return sorted(found, key=lambda one: one.title)

    def town(self, conn: Connection, version: int | None = None) -> Town:
        return _known(self._towns.get("", version, partial(_stored, conn, "SELECT version, document FROM town")))


published = Definitions()
"""The process's own."""


def _stored(conn: Connection, sql: LiteralString, *which: str | int) -> tuple[int, str] | None:
    row: Any = conn.execute(sql, which).fetchone()
    return row and tuple(row.values())


def _known(found: T | None) -> T:
    if found is None:
        raise NotReceivedYet
    return found


SAVE_TOWN: LiteralString = """
INSERT INTO town (version, document) VALUES (%(version)s, %(document)s)
ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, document = excluded.document
WHERE town.version <= excluded.version
"""

VERSION: LiteralString = """
INSERT INTO procedure_versions (slug, version, definition) VALUES (%(slug)s, %(version)s, %(definition)s)
ON CONFLICT DO NOTHING
"""

PROCEDURE: LiteralString = """
INSERT INTO procedures (slug, version, agenda) VALUES (%(slug)s, %(version)s, %(agenda)s)
ON CONFLICT (slug) DO UPDATE SET version = excluded.version, agenda = excluded.agenda, withdrawn = false
WHERE procedures.version < excluded.version
"""

WITHDRAW: LiteralString = "UPDATE procedures SET withdrawn = true WHERE slug = %(slug)s AND version <= %(version)s"

AGENDA: LiteralString = """
INSERT INTO agendas (slug, version, definition) VALUES (%(slug)s, %(version)s, %(definition)s)
ON CONFLICT (slug) DO UPDATE SET version = excluded.version, definition = excluded.definition
WHERE agendas.version <= excluded.version
"""


def keep_town(tx: Transaction, version: int, document: Json) -> None:
    tx.conn.execute(SAVE_TOWN, {"version": version, "document": json.dumps(document)})


def keep_procedure(tx: Transaction, slug: str, version: int, definition: Json) -> None:
    """Raises Misfit for an unreadable definition."""
    appointment = read(Procedure, definition).appointment
    agenda = appointment.agenda if appointment.mode != "none" else None
    stored = json.dumps({**definition, "version": version})
    tx.conn.execute(VERSION, {"slug": slug, "version": version, "definition": stored})
    tx.conn.execute(PROCEDURE, {"slug": slug, "version": version, "agenda": agenda})


def withdraw_procedure(tx: Transaction, slug: str, version: int) -> None:
    tx.conn.execute(WITHDRAW, {"slug": slug, "version": version})


def keep_agenda(tx: Transaction, slug: str, version: int, definition: Json) -> None:
    tx.conn.execute(AGENDA, {"slug": slug, "version": version, "definition": json.dumps(definition)})
