"""What requests has heard of procedures, read by version and kept in the process: a definition never changes.

What is current is asked of the database each time, for another replica may have heard of a newer version.
A version is written once; an older one never takes the place of a newer.
"""

import json
from typing import Any, LiteralString

from services.chassis.event_store.db import Rows
from services.chassis.event_store.transaction import Transaction
from services.requests.definitions.offer import Current, Definition
from services.requests.refusals import NotHeardYet

CURRENT: LiteralString = """
SELECT p.version, p.withdrawn, p.agenda, a.version AS agenda_version, t.version AS town_version
FROM procedures p CROSS JOIN town t LEFT JOIN agendas a ON a.slug = p.agenda
WHERE p.slug = %(slug)s
"""


class Definitions:
    """What one process has read so far."""

    def __init__(self) -> None:
        self._procedures: dict[tuple[str, int], Definition] = {}
        self._agendas: dict[tuple[str, int], Definition] = {}
        self._towns: dict[int, Definition] = {}

    def current(self, conn: Rows, slug: str) -> Current:
        """Raises NotHeardYet for a procedure that was not heard of."""
        row: Any = conn.execute(CURRENT, {"slug": slug}).fetchone()
        if row is None:
            raise NotHeardYet
        agenda = None
        if row["agenda"] is not None:
            agenda = self.agenda(conn, row["agenda"], row["agenda_version"])
        return Current(
            definition=self.procedure(conn, slug, row["version"]),
            withdrawn=row["withdrawn"],
            agenda=agenda,
            town=self.town(conn, row["town_version"]),
        )

    def offered(self, conn: Rows) -> list[Definition]:
        """Every procedure that is offered now."""
        rows: Any = conn.execute("SELECT slug, version FROM procedures WHERE NOT withdrawn").fetchall()
        return [self.procedure(conn, row["slug"], row["version"]) for row in rows]

    def latest(self, conn: Rows, slugs: list[str]) -> dict[str, tuple[Definition, bool]]:
        """The last version of each of these procedures, and whether it is offered now; one question for all of them."""
        sql: LiteralString = "SELECT slug, version, withdrawn FROM procedures WHERE slug = ANY(%s)"
        rows: Any = conn.execute(sql, (slugs,)).fetchall()
        return {row["slug"]: (self.procedure(conn, row["slug"], row["version"]), not row["withdrawn"]) for row in rows}

    def procedure(self, conn: Rows, slug: str, version: int) -> Definition:
        """The definition that a request was filed with; raises NotHeardYet."""
        known = self._procedures.get((slug, version))
        if known is None:
            sql: LiteralString = "SELECT definition FROM procedure_versions WHERE slug = %s AND version = %s"
            known = _read(conn.execute(sql, (slug, version)).fetchone(), "definition")
            self._procedures[slug, version] = known
        return known

    def agenda(self, conn: Rows, slug: str, version: int | None = None) -> Definition:
        """The agenda as it is open now; `version` spares the question when it has just been read."""
        known = self._agendas.get((slug, version)) if version is not None else None
        if known is None:
            row: Any = conn.execute("SELECT version, definition FROM agendas WHERE slug = %s", (slug,)).fetchone()
            known = _read(row, "definition")
            self._agendas = {key: value for key, value in self._agendas.items() if key[0] != slug}
            self._agendas[slug, row["version"]] = known
        return known

    def agendas(self, conn: Rows) -> list[Definition]:
        """Every agenda as it is open now, by title."""
        rows: Any = conn.execute("SELECT slug, version FROM agendas").fetchall()
        return sorted((self.agenda(conn, row["slug"], row["version"]) for row in rows), key=lambda one: one["title"])

    def town(self, conn: Rows, version: int | None = None) -> Definition:
        known = self._towns.get(version) if version is not None else None
        if known is None:
            row: Any = conn.execute("SELECT version, document FROM town").fetchone()
            known = _read(row, "document")
            self._towns = {row["version"]: known}
        return known


heard = Definitions()
"""The process's own."""


def heard_versions(conn: Rows) -> dict[str, Any]:
    """What has been heard of: equal to what procedures has published once the portal is ready."""
    procedures: Any = conn.execute("SELECT slug, version FROM procedures WHERE NOT withdrawn").fetchall()
    agendas: Any = conn.execute("SELECT slug, version FROM agendas").fetchall()
    town: Any = conn.execute("SELECT version FROM town").fetchone()
    return {
        "procedures": {row["slug"]: row["version"] for row in procedures},
        "agendas": {row["slug"]: row["version"] for row in agendas},
        "town": town["version"] if town else None,
    }


def _read(row: Any, column: str) -> Definition:
    if row is None:
        raise NotHeardYet
    return json.loads(row[column])


TOWN: LiteralString = """
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


def keep_town(tx: Transaction, version: int, document: str) -> None:
    tx.conn.execute(TOWN, {"version": version, "document": document})


def keep_procedure(tx: Transaction, slug: str, version: int, agenda: str | None, definition: str) -> None:
    tx.conn.execute(VERSION, {"slug": slug, "version": version, "definition": definition})
    tx.conn.execute(PROCEDURE, {"slug": slug, "version": version, "agenda": agenda})


def withdraw_procedure(tx: Transaction, slug: str, version: int) -> None:
    tx.conn.execute(WITHDRAW, {"slug": slug, "version": version})


def keep_agenda(tx: Transaction, slug: str, version: int, definition: str) -> None:
    tx.conn.execute(AGENDA, {"slug": slug, "version": version, "definition": definition})
