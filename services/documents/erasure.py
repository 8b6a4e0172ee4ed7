"""What ends: objects whose row is gone, files without a key, uploads that nobody finished, objects that no row names.

Rows go first, with their objects' keys noted in the same transaction; the store's objects follow, however often it takes.
"""

from datetime import timedelta
from uuid import UUID

from services.chassis.store import Store
from services.documents import lifetime, store
from services.documents.objects import Objects
from services.documents.use_cases import doom

GRACE = timedelta(hours=1)
BATCH = 200


class Erasure:
    """One per process; several replicas may run it at once."""

    def __init__(self, store: Store, objects: Objects) -> None:
        self._store = store
        self._objects = objects

    def delete_doomed(self) -> int:
        """Deletes the objects whose row is gone; gives their number."""
        with self._store.read() as conn:
            keys = [row["object_key"] for row in conn.execute(store.DOOMED, (BATCH,)).fetchall()]
        if keys:
            self._objects.remove(str(key) for key in keys)
            with self._store.transaction() as tx:
                tx.conn.execute(store.FORGET_DOOMED, (keys,))
        return len(keys)

    def drop_unfinished(self, grace: timedelta = GRACE) -> int:
        """Forgets uploads that never came, and those that were refused, once the person has read why."""
        with self._store.transaction() as tx:
            return lifetime.drop_stale(tx, tx.now - grace)

    def drop_unreadable(self) -> int:
        """Forgets files whose name nobody can read any more, however their key was destroyed."""
        with self._store.transaction() as tx:
            return lifetime.drop_unreadable(tx)

    def sweep(self, grace: timedelta = GRACE) -> int:
        """Dooms every object older than the grace that no row names; gives their number."""
        with self._store.transaction() as tx:
            before = tx.now - grace
        swept, batch = 0, []
        for key in self._objects.older_than(before):
            batch.append(key)
            if len(batch) == BATCH:
                swept += self._doom_unnamed(batch)
                batch = []
        return swept + self._doom_unnamed(batch)

    def _doom_unnamed(self, names: list[str]) -> int:
        keys = [UUID(name) for name in names]
        with self._store.transaction() as tx:
            orphans = store.unnamed(tx.conn, keys)
            doom(tx, orphans)
        return len(orphans)
