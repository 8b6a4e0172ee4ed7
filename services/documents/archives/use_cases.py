"""The acts on an archive: asked for, made, dropped; one function and one transaction each."""

from dataclasses import replace

from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.documents.archives import rows, rules as archive
from services.documents.archives.rows import ArchiveRow
from services.documents.archives.rules import KEPT, LEASE, owner_of
from services.documents.archives.views import as_shown
from services.documents.files.grants import Grant
from services.documents.files.steps import doom
from services.documents.schemas.archives import Archive, AskArchive
from services.documents.schemas.facts import ArchiveReady
from services.documents.schemas.owner import Owner

ASKED = "archives"
"""The signal of an archive that is to be made."""


def ask(tx: Transaction, _: Settings, __: AskArchive, grant: Grant) -> Archive:
    """Raises ArchiveTooSoon, NotTheApplicant, KeyDestroyed where the owner was erased."""
    owner = owner_of(grant)
    tx.lock(owner.stream)
    tx.key(owner.key)
    known = rows.find(tx.conn, owner)
    if known is not None:
        if known.ready_at is None:
            return as_shown(known, tx.now)
        if tx.now < known.asked_at + archive.APART:
            raise archive.too_soon(known.asked_at)
        doom(tx, [known.object_key])
    tx.conn.execute(rows.ASK, {**rows.about(owner), "now": tx.now, "correlation_id": tx.correlation_id})
    tx.wake(ASKED)
    return as_shown(rows.find(tx.conn, owner), tx.now)


# --- while it is made


def take(tx: Transaction) -> ArchiveRow | None:
    """The archive that waits longest, for the caller to make; None where none is due.

    Each try has an object of its own: what was written of an earlier one goes.
    """
    known = rows.due(tx.conn, tx.now)
    if known is None:
        return None
    doom(tx, [known.object_key])
    taken = replace(known, object_key=tx.new_id(), attempts=known.attempts + 1)
    tx.conn.execute(rows.TAKE, {**_mine(taken), "until": tx.now + LEASE})
    return taken


def go_on(tx: Transaction, mine: ArchiveRow) -> bool:
    """The caller still makes it; False where it was dropped, or another has taken it over."""
    return tx.conn.execute(rows.GO_ON, {**_mine(mine), "until": tx.now + LEASE}).fetchone() is not None


def finish(tx: Transaction, mine: ArchiveRow, size: int) -> bool:
    """It can be downloaded, which is a fact that its owner is mailed of. False, and its object goes, where it was dropped or taken over."""
    tx.lock(mine.owner.stream)
    expires_at = tx.now + KEPT
    values = {**_mine(mine), "now": tx.now, "expires_at": expires_at, "bytes": size}
    if tx.conn.execute(rows.READY, values).fetchone() is None:
        doom(tx, [mine.object_key])
        return False
    tx.append(mine.owner.stream, [ArchiveReady(of=mine.owner_kind, expires_at=expires_at)])
    return True


def put_off(tx: Transaction, mine: ArchiveRow) -> None:
    """It could not be made now: tried again later."""
    until = tx.now + archive.wait_after(mine.attempts)
    tx.conn.execute(rows.GO_ON, {**_mine(mine), "until": until})


def release(tx: Transaction, mine: ArchiveRow) -> None:
    """It can be made by another at once."""
    tx.conn.execute(rows.GO_ON, {**_mine(mine), "until": tx.now})


def give_up(tx: Transaction, mine: ArchiveRow) -> None:
    """Its owner is gone."""
    tx.conn.execute(rows.DROP_MINE, _mine(mine))
    doom(tx, [mine.object_key])


# --- its end


def drop(tx: Transaction, owner: Owner) -> None:
    """The owner is erased: its archive goes, ready or being made."""
    doom(tx, [row["object_key"] for row in tx.conn.execute(rows.DROP, rows.about(owner)).fetchall()])


def drop_expired(tx: Transaction) -> int:
    gone = [row["object_key"] for row in tx.conn.execute(rows.EXPIRED, {"now": tx.now}).fetchall()]
    doom(tx, gone)
    return len(gone)


def _mine(taken: ArchiveRow) -> dict[str, object]:
    return {**rows.about(taken.owner), "object_key": taken.object_key}
