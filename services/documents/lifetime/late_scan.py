"""The scan of what was kept without one: files of the days before the town ran a scanner, and those of an import.

A file in which it finds something is erased, and said to be (FileRejected). A few a turn, the next turn goes on there:
with a turn a minute, some thousand an hour.
"""

from uuid import UUID

from services.chassis.event_store.db import fetch_all
from services.chassis.event_store.store import Store
from services.documents.files import rows
from services.documents.inspection.examination import workplace
from services.documents.inspection.rejection import Rejected
from services.documents.inspection.scan import Scanner
from services.documents.lifetime import use_cases as lifetime
from services.documents.lifetime.progress import BEFORE_ALL, Progress
from services.documents.object_store.objects import Objects

BITE = 20


def scan_unscanned(store: Store, objects: Objects, scanner: Scanner, progress: Progress) -> int:
    """Gives how many files were rejected; raises ScannerUnavailable, and what was not scanned stays to be."""
    if not scanner.configured:
        return 0
    with store.read() as conn:
        given = {"after": progress.scanned_until, "at_most": BITE}
        found = fetch_all(conn, dict[str, UUID], rows.UNSCANNED, given)
    rejected = sum(_is_rejected(store, objects, scanner, file["id"], str(file["object_key"])) for file in found)
    progress.scanned_until = found[-1]["id"] if len(found) == BITE else BEFORE_ALL
    return rejected


def _is_rejected(store: Store, objects: Objects, scanner: Scanner, file_id: UUID, key: str) -> bool:
    with workplace() as folder:
        file = folder / "kept"
        if not objects.fetch_kept(key, file):
            return False  # `./parvis verify documents` names it
        try:
            scan = scanner.scan(file)
        except Rejected as refused:
            with store.transaction() as tx:
                return lifetime.reject(tx, file_id, refused.code)
    with store.transaction() as tx:
        tx.conn.execute(rows.SCANNED, {"id": file_id, "scan": scan})
    return False
