"""Writes what was heard of procedures. A version is kept once; an older one never takes the place of a newer."""

from typing import LiteralString

from services.chassis.event_store.transaction import Transaction

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
