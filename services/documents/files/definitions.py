"""The procedures by which requests were filed, as documents knows them."""

from collections.abc import Collection
from uuid import UUID

from services.chassis.event_store.db import Rows
from services.documents.files import rows
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.rows import procedure


def of_request(conn: Rows, request_id: UUID) -> Procedure | None:
    """The version that the request was filed with; None until both are known."""
    row = conn.execute(rows.VERSION_OF_A_REQUEST, (request_id,)).fetchone()
    return procedure(conn, row["procedure"], row["version"]) if row else None


def all_defined(conn: Rows, request_ids: Collection[UUID]) -> bool:
    """Whether each of these requests is known, and its procedure."""
    counted = conn.execute(rows.DEFINED_AMONG, (list(request_ids),)).fetchone()
    return counted is not None and counted["defined"] == len(set(request_ids))
