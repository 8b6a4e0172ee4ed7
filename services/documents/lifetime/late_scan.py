"""The scan of what was kept without one: files of the days before the town ran a scanner, and those of an import.

A file in which it finds something is erased, and said to be (FileRejected). A few a turn, the next turn goes on there:
with a turn a minute, some thousand an hour.
"""

from uuid import UUID

from services.chassis.event_store.store import Store
from services.documents.files import rows as store
from services.documents.inspection.examination import Refused, workplace
from services.documents.inspection.scan import Scanner
from services.documents.lifetime import use_cases as lifetime
from services.documents.object_store.objects import Objects

BITE = 20
BEFORE_ALL = UUID(int=0)


class LateScan:
    """One per process; several replicas may run it at once."""

    def __init__(self, store: Store, objects: Objects, scanner: Scanner) -> None:
        self._store = store
        self._objects = objects
        self._scanner = scanner
        self._looked_at = BEFORE_ALL

    def run(self) -> int:
        """Gives how many files were rejected; raises ScannerUnavailable, and what was not scanned stays to be."""
        if not self._scanner.configured:
            return 0
        with self._store.read() as conn:
            found = conn.execute(store.UNSCANNED, (self._looked_at, BITE)).fetchall()
        rejected = sum(self._is_rejected(row["id"], str(row["object_key"])) for row in found)
        self._looked_at = found[-1]["id"] if len(found) == BITE else BEFORE_ALL
        return rejected

    def _is_rejected(self, file_id: UUID, key: str) -> bool:
        with workplace() as folder:
            file = folder / "kept"
            if not self._objects.fetch_kept(key, file):
                return False  # `./parvis verify documents` names it
            try:
                scan = self._scanner.scan(file)
            except Refused as refused:
                with self._store.transaction() as tx:
                    return lifetime.reject(tx, file_id, refused.code)
        with self._store.transaction() as tx:
            tx.conn.execute(store.SCANNED, {"id": file_id, "scan": scan})
        return False
