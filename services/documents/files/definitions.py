"""The procedures by which requests were filed, as documents knows them, and what this process has read of them."""

from collections.abc import Collection
from uuid import UUID

from psycopg.types.json import Jsonb

from services.chassis.event_store.db import Connection
from services.documents.files import rows
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import Stored, Versions

_read = Versions(Procedure)


def save_procedure(conn: Connection, slug: str, version: int, definition: dict[str, object]) -> None:
    conn.execute(rows.SAVE_PROCEDURE, {"slug": slug, "version": version, "definition": Jsonb(definition)})


def procedure(conn: Connection, slug: str, version: int) -> Procedure | None:
    """None until that version is known."""

    def stored() -> Stored | None:
        row = conn.execute(rows.PROCEDURE, (slug, version)).fetchone()
        return (row["version"], row["definition"]) if row else None

    return _read.get(slug, version, stored)


def of_request(conn: Connection, request_id: UUID) -> Procedure | None:
    """The version that the request was filed with; None until both are known."""
    known = rows.version_of(conn, request_id)
    return procedure(conn, *known) if known else None


def all_defined(conn: Connection, request_ids: Collection[UUID]) -> bool:
    """Whether each of these requests is known, and its procedure."""
    counted = conn.execute(rows.DEFINED_AMONG, (list(request_ids),)).fetchone()
    return counted is not None and counted["defined"] == len(set(request_ids))
