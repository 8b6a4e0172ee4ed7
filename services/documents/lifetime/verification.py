"""Is each file that a row names still in the object store, as it was kept? What `parvis verify documents` asks."""

from dataclasses import dataclass, field
from uuid import UUID

from services.chassis.event_store import db
from services.chassis.settings import Settings
from services.documents.files import rows
from services.documents.object_store.objects import Objects, StoreUnavailable
from services.documents.schemas.owner import REQUEST


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
        while page := rows.files(conn, rows.PAGE_TO_VERIFY, {"after": after}):
            for file in page:
                fault = _fault(objects, file)
                if fault and conn.execute(rows.STILL_NAMED, vars(file)).fetchone():
                    found.faults.append(f"fichier {file.id} {_whose(file)} : {fault}")
                found.read += 1
            after = page[-1].id


def _whose(file: rows.File) -> str:
    return f"de la demande {file.owner_id}" if file.owner_kind == REQUEST else f"de l’espace {file.owner_id}"


def _fault(objects: Objects, file: rows.File) -> str:
    try:
        kept = objects.digest(str(file.object_key))
    except StoreUnavailable:
        objects.answers()  # else it is the store that has gone, not this file
        return "illisible"
    if kept is None:
        return "manque"
    return "" if kept == (file.kept_bytes, file.sha256) else "modifié"
