"""What ends: objects whose row is gone, drafts that will never be submitted, uploads that nobody finished.

Rows go first, with their objects' keys noted in the same transaction; the store's objects follow, however often it takes.
"""

from datetime import timedelta
from uuid import UUID

from services.chassis.rpc import RpcClient
from services.chassis.store import Store
from services.documents import lifetime, neighbours, store, use_cases
from services.documents.objects import Objects

GRACE = timedelta(hours=1)
BATCH = 200


class Erasure:
    """One per process; several replicas may run it at once."""

    def __init__(self, store: Store, objects: Objects, neighbours: RpcClient) -> None:
        self._store = store
        self._objects = objects
        self._neighbours = neighbours

    def delete_doomed(self) -> int:
        """Deletes the objects whose row is gone; gives their number."""
        with self._store.read() as conn:
            keys = [row["object_key"] for row in conn.execute(store.DOOMED, (BATCH,)).fetchall()]
        if keys:
            self._objects.remove(str(key) for key in keys)
            with self._store.transaction() as tx:
                tx.conn.execute(store.FORGET_DOOMED, (keys,))
        return len(keys)

    def end_drafts(self, grace: timedelta = GRACE) -> int:
        """Deletes the files of drafts that requests no longer knows; gives the number of files."""
        with self._store.transaction() as tx:
            candidates = store.never_submitted(tx.conn, before=tx.now - grace, limit=BATCH)
        if not candidates:
            return 0
        alive = neighbours.alive(self._neighbours, candidates)
        ended = 0
        for request_id in candidates:
            if request_id not in alive:
                with self._store.transaction() as tx:
                    ended += lifetime.end_draft(tx, request_id)
        return ended

    def drop_unfinished(self, grace: timedelta = GRACE) -> int:
        """Forgets uploads that never came, and those that were refused, once the person has read why."""
        with self._store.transaction() as tx:
            return lifetime.drop_stale(tx, tx.now - grace)

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
            use_cases.doom(tx, orphans)
        return len(orphans)
