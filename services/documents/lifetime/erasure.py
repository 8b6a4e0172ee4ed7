"""What ends: objects whose row is gone, files without a key, uploads that nobody finished, objects that no row names.

Rows go first, with their objects' keys noted in the same transaction; the store's objects follow, however often it takes.
"""

from datetime import timedelta
from itertools import islice
from uuid import UUID

from services.chassis.event_store.store import Store
from services.chassis.logs import get_logger
from services.documents.files import rows as store
from services.documents.files.steps import doom
from services.documents.lifetime import use_cases as lifetime
from services.documents.object_store.objects import Objects

GRACE = timedelta(hours=1)
BATCH = 200
BITE = 1000
"""How many documents, and objects of those that are kept, one turn looks at: the next goes on there, whatever is stored."""
BEFORE_ALL = UUID(int=0)

log = get_logger(__name__)


class Erasure:
    """One per process; several replicas may run it at once."""

    def __init__(self, store: Store, objects: Objects) -> None:
        self._store = store
        self._objects = objects
        self._looked_at = BEFORE_ALL
        self._swept_until = ""
        self._told_of_others = False

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
        """Forgets files whose name nobody can read any more, however their key was destroyed; a bite a turn."""
        with self._store.transaction() as tx:
            dropped, last = lifetime.drop_unreadable(tx, self._looked_at, BITE)
        self._looked_at = last or BEFORE_ALL
        return dropped

    def sweep(self, grace: timedelta = GRACE) -> int:
        """Dooms objects older than the grace that no row names: of what was uploaded, and of the next bite of what is kept.

        Gives their number. What no service of ours has laid there, to go by its name, is left where it is.
        """
        with self._store.transaction() as tx:
            before = tx.now - grace
        uploads = list(self._objects.uploads())
        kept = list(islice(self._objects.kept_ones(after=self._swept_until), BITE))
        self._swept_until = kept[-1][0] if len(kept) == BITE else ""
        old = list(dict.fromkeys(key for key, written in [*uploads, *kept] if written < before))
        return sum(self._doom_unnamed(old[at : at + BATCH]) for at in range(0, len(old), BATCH))

    def _doom_unnamed(self, names: list[str]) -> int:
        keys = [key for name in names if (key := _key(name))]
        if len(keys) < len(names) and not self._told_of_others:
            self._told_of_others = True
            log.warning("objects_of_others")
        with self._store.transaction() as tx:
            orphans = store.unnamed(tx.conn, keys)
            doom(tx, orphans)
        return len(orphans)


def _key(name: str) -> UUID | None:
    """The key that an object's name is, as we write it; None where it is none of ours."""
    try:
        key = UUID(name)
    except ValueError:
        return None
    return key if str(key) == name else None
