"""What ends: objects whose row is gone, files without a key, uploads that were never finished, objects that no row names.

Rows go first, with their objects' keys noted in the same transaction; the store's objects follow, however often it takes.
"""

from datetime import timedelta
from itertools import islice
from uuid import UUID

from dateutil.relativedelta import relativedelta

from services.chassis.event_store.db import fetch_all
from services.chassis.event_store.store import Store
from services.chassis.logs import get_logger
from services.documents.files import rows
from services.documents.files.steps import doom
from services.documents.lifetime import use_cases as lifetime
from services.documents.lifetime.progress import BEFORE_ALL, Progress
from services.documents.object_store.objects import Objects

GRACE = timedelta(hours=1)
BATCH = 200
BITE = 1000
"""How many documents, and objects of those that are kept, one turn looks at: the next goes on there, whatever is stored."""

log = get_logger(__name__)


def delete_doomed(store: Store, objects: Objects) -> int:
    """Deletes the objects whose row is gone; gives their number."""
    with store.read() as conn:
        keys = [one["object_key"] for one in fetch_all(conn, dict[str, UUID], rows.DOOMED, {"at_most": BATCH})]
    if keys:
        objects.remove(str(key) for key in keys)
        with store.transaction() as tx:
            tx.conn.execute(rows.FORGET_DOOMED, (keys,))
    return len(keys)


def forget_old_looks(store: Store) -> None:
    """The journal of the staff's looks at files (D8) is kept as long as the town says, no longer."""
    with store.transaction() as tx:
        if (settings := rows.town_settings(tx.conn)) is not None:
            tx.conn.execute(rows.FORGET_LOOKS, (tx.now - relativedelta(months=settings.access_log_months),))


def drop_unfinished(store: Store, grace: timedelta = GRACE) -> int:
    """Forgets uploads that never came, and those that were refused, once the person has read why; none where KEEP_UNKNOWN_FILES is set: they
    may have come after the moment to which the database was brought back."""
    if store.settings.keep_unknown_files:
        return 0
    with store.transaction() as tx:
        return lifetime.drop_stale(tx, tx.now - grace)


def drop_unreadable(store: Store, progress: Progress) -> int:
    """Forgets files whose name can no longer be read, however their key was destroyed; a batch each turn."""
    with store.transaction() as tx:
        dropped, last = lifetime.drop_unreadable(tx, progress.read_until, BITE)
    progress.read_until = last or BEFORE_ALL
    return dropped


def sweep(store: Store, objects: Objects, progress: Progress, grace: timedelta = GRACE) -> int:
    """Dooms objects older than the grace that no row names: of what was uploaded, and of the next batch of what is kept.

    Gives their number. An object whose name is not as our services write it is left where it is; so is each where KEEP_UNKNOWN_FILES is set.
    """
    if store.settings.keep_unknown_files:
        return 0
    before = store.clock.now() - grace
    uploads = list(objects.uploads())
    kept = list(islice(objects.kept_ones(after=progress.swept_until), BITE))
    progress.swept_until = kept[-1][0] if len(kept) == BITE else ""
    old = list(dict.fromkeys(key for key, written in [*uploads, *kept] if written < before))
    return sum(_doom_unnamed(store, progress, old[at : at + BATCH]) for at in range(0, len(old), BATCH))


def _doom_unnamed(store: Store, progress: Progress, names: list[str]) -> int:
    keys = [key for name in names if (key := _key(name))]
    if len(keys) < len(names) and not progress.warned_of_others:
        progress.warned_of_others = True
        log.warning("objects_of_others")
    with store.transaction() as tx:
        orphans = rows.unnamed(tx.conn, keys)
        doom(tx, orphans)
    return len(orphans)


def _key(name: str) -> UUID | None:
    """The key that the name of an object is; None for a name that is not as we write it."""
    try:
        key = UUID(name)
    except ValueError:
        return None
    return key if str(key) == name else None
