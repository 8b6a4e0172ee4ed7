"""Is each file that a row names still in the object store, as it was kept? What `parvis verify documents` asks."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.chassis.event_store import db
from services.chassis.settings import Settings
from services.documents.files import rows
from services.documents.object_store.objects import Objects, StoreUnavailable


@dataclass
class Files:
    """How many were read, and what is wrong with each that is not as it was kept."""

    read: int = 0
    faults: list[str] = field(default_factory=list)


def verify_files(settings: Settings, found: Files) -> None:
    """Reads every file to its end, into `found` as it goes; writing may go on meanwhile.

    Raises StoreUnavailable where the store itself does not answer.
    """
    objects = Objects(settings)
    objects.answers()
    after = UUID(int=0)
    with db.connect(settings.database("documents"), "parvis-verify") as conn:
        while page := conn.execute(rows.PAGE_TO_VERIFY, {"after": after}).fetchall():
            for row in page:
                fault = _fault(objects, row)
                if fault and conn.execute(rows.STILL_NAMED, row).fetchone():
                    found.faults.append(f"fichier {row['id']} {_whose(row)} : {fault}")
                found.read += 1
            after = page[-1]["id"]


def _whose(row: dict[str, Any]) -> str:
    return f"de la demande {row['request_id']}" if row["request_id"] else f"de l’espace {row['space_id']}"


def _fault(objects: Objects, row: dict[str, Any]) -> str:
    try:
        kept = objects.digest(str(row["object_key"]))
    except StoreUnavailable:
        objects.answers()  # else it is the store that has gone, not this file
        return "illisible"
    if kept is None:
        return "manque"
    return "" if kept == (row["kept_bytes"], row["sha256"]) else "modifié"
