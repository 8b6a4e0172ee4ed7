"""The copies of the town and its requests: rows, statements, and the versions that this process has read."""

from dataclasses import fields
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from services.chassis.event_store.db import Connection, fetch_one
from services.messaging.copies.rules import KnownRequest
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import Stored, Versions
from services.procedures.schemas.definitions.towns import Town

SAVE_TOWN = """
INSERT INTO town (version, document) VALUES (%(version)s, %(document)s)
ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, document = excluded.document
WHERE town.version <= excluded.version
"""
SAVE_PROCEDURE = """
INSERT INTO procedures (slug, version, definition) VALUES (%(slug)s, %(version)s, %(definition)s)
ON CONFLICT DO NOTHING
"""
PROCEDURE = "SELECT version, definition FROM procedures WHERE slug = %s AND version = %s"
SAVE_REQUEST = """
INSERT INTO requests (id, number, procedure, version, department, submitted_at, implicit_effect, implicit_on,
                      appointment_id, alert)
VALUES (%(id)s, %(number)s, %(procedure)s, %(version)s, %(department)s, %(submitted_at)s, %(implicit_effect)s,
        %(implicit_on)s, %(appointment_id)s, %(alert)s)
ON CONFLICT DO NOTHING
"""
OF_REQUEST: LiteralString = """
requests.number, requests.procedure, requests.version, requests.department, requests.submitted_at, requests.implicit_effect,
requests.implicit_on, requests.appointment_id, requests.alert
"""
REQUEST: LiteralString = f"SELECT id, {OF_REQUEST} FROM requests WHERE id = %(id)s"  # noqa: S608 names of ours

_towns, _procedures = Versions(Town), Versions(Procedure)


def save_town(conn: Connection, version: int, document: dict[str, Any]) -> None:
    conn.execute(SAVE_TOWN, {"version": version, "document": Jsonb(document)})


def save_procedure(conn: Connection, slug: str, version: int, definition: dict[str, Any]) -> None:
    conn.execute(SAVE_PROCEDURE, {"slug": slug, "version": version, "definition": Jsonb(definition)})


def save_request(conn: Connection, request: KnownRequest) -> None:
    conn.execute(SAVE_REQUEST, vars(request))


def town(conn: Connection) -> Town | None:
    """None until the town has been published for the first time."""

    def stored() -> Stored | None:
        row = conn.execute("SELECT version, document FROM town").fetchone()
        return (row["version"], row["document"]) if row else None

    known = conn.execute("SELECT version FROM town").fetchone()
    return _towns.get("", known["version"], stored) if known else None


def procedure_of(conn: Connection, request: KnownRequest | None) -> Procedure | None:
    """None until its version is known."""
    if request is None:
        return None
    slug, version = request.procedure, request.version

    def stored() -> Stored | None:
        row = conn.execute(PROCEDURE, (slug, version)).fetchone()
        return (row["version"], row["definition"]) if row else None

    return _procedures.get(slug, version, stored)


def appointment_of(conn: Connection, request_id: UUID) -> tuple[bool, UUID | None]:
    """Whether the request is known, and the appointment taken with it."""
    row = conn.execute("SELECT appointment_id FROM requests WHERE id = %s", (request_id,)).fetchone()
    return (row is not None, row["appointment_id"] if row else None)


def request(conn: Connection, request_id: UUID) -> KnownRequest | None:
    return fetch_one(conn, KnownRequest, REQUEST, {"id": request_id})


def request_in(row: DictRow) -> KnownRequest | None:
    """Of a row that was joined with `requests`; None where there was none."""
    if row["number"] is None:
        return None
    return KnownRequest(**{one.name: row[one.name] for one in fields(KnownRequest)} | {"id": row["request_id"]})
