"""The town and its procedures as services keep them that have the same table as another: statements, and what this process has
read."""

from psycopg.types.json import Jsonb

from services.chassis.contracts import Json
from services.chassis.event_store.db import Rows
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import Stored, Versions

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

_read = Versions(Procedure)


def save_procedure(conn: Rows, slug: str, version: int, definition: Json) -> None:
    conn.execute(SAVE_PROCEDURE, {"slug": slug, "version": version, "definition": Jsonb(definition)})


def procedure(conn: Rows, slug: str, version: int) -> Procedure | None:
    """None until that version is known."""

    def stored() -> Stored | None:
        row = conn.execute(PROCEDURE, (slug, version)).fetchone()
        return (row["version"], row["definition"]) if row else None

    return _read.get(slug, version, stored)
