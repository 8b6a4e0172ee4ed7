"""What befalls the archive of one's data: asked for, made, opened, dropped; one function and one transaction each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.event_store.store import Transaction
from services.documents.archives import rows as archive_store
from services.documents.archives import rules as archive
from services.documents.archives.rows import ArchiveRow
from services.documents.archives.rules import KEPT, LEASE, ArchiveReady, NoArchive, NotTheApplicant
from services.documents.files.grants import Grant
from services.documents.files.steps import doom
from services.documents.schemas.archives import Archive
from services.documents.schemas.owner import SPACE, Owner
from services.townhall.town_time import local_day

ASKED = "archives"
"""The signal of an archive that is to be made."""


def owner_of(grant: Grant) -> Owner:
    """Whose archive the grant is about. Raises NotTheApplicant for an agent, and for a draft, which is part of a space."""
    if grant.side != "citizen" or grant.for_draft:
        raise NotTheApplicant
    return grant.owner


def ask(tx: Transaction, grant: Grant) -> Archive:
    """Raises ArchiveTooSoon, NotTheApplicant, KeyDestroyed where the owner was erased."""
    owner = owner_of(grant)
    tx.lock(owner.stream)
    tx.key(owner.key)
    known = archive_store.find(tx.conn, owner)
    if known is not None:
        if known.ready_at is None:
            return told(known, tx.now)
        if tx.now < known.asked_at + archive.APART:
            raise archive.too_soon(known.asked_at)
        _doom(tx, known.object_key)
    tx.conn.execute(
        archive_store.ASK, {**archive_store.about(owner), "now": tx.now, "correlation_id": tx.correlation_id}
    )
    tx.wake(ASKED)
    return told(archive_store.find(tx.conn, owner), tx.now)


def read(tx: Transaction, grant: Grant) -> Archive:
    return told(archive_store.find(tx.conn, owner_of(grant)), tx.now)


def told(known: ArchiveRow | None, now: datetime) -> Archive:
    """As its owner is told of it; one that has expired is none."""
    days = KEPT.days
    if known is None or (known.expires_at is not None and known.expires_at <= now):
        return Archive(state="none", kept_days=days)
    if known.ready_at is None or known.expires_at is None:
        return Archive(state="asked", kept_days=days, asked_at=known.asked_at.isoformat())
    again = known.asked_at + archive.APART
    return Archive(
        state="ready",
        kept_days=days,
        asked_at=known.asked_at.isoformat(),
        ready_at=known.ready_at.isoformat(),
        expires_at=known.expires_at.isoformat(),
        next_at=again.isoformat() if again > now else "",
        size=known.bytes or 0,
    )


def to_open(tx: Transaction, grant: Grant) -> ArchiveRow:
    """The archive that is ready. Raises NoArchive."""
    known = archive_store.find(tx.conn, owner_of(grant))
    if known is None or told(known, tx.now).state != "ready":
        raise NoArchive
    return known


def filename(known: ArchiveRow) -> str:
    day = local_day(known.ready_at) if known.ready_at else ""
    return f"mes-donnees-{day}.zip" if known.owner_kind == SPACE else f"donnees-de-ma-demande-{day}.zip"


# --- while it is made


def take(tx: Transaction) -> ArchiveRow | None:
    """The archive that waits longest, for the caller to make; None where none is due.

    Each try has an object of its own: what was written of an earlier one goes.
    """
    known = archive_store.due(tx.conn, tx.now)
    if known is None:
        return None
    _doom(tx, known.object_key)
    taken = replace(known, object_key=tx.new_id(), attempts=known.attempts + 1)
    tx.conn.execute(archive_store.TAKE, {**_mine(taken), "until": tx.now + LEASE})
    return taken


def go_on(tx: Transaction, mine: ArchiveRow) -> bool:
    """The caller still makes it; False where it was dropped, or another has taken it over."""
    return tx.conn.execute(archive_store.GO_ON, {**_mine(mine), "until": tx.now + LEASE}).fetchone() is not None


def finish(tx: Transaction, mine: ArchiveRow, size: int) -> bool:
    """It can be downloaded, and its owner is told. False, and its object goes, where it was dropped or taken over."""
    tx.lock(mine.owner.stream)
    expires_at = tx.now + KEPT
    values: Mapping[str, Any] = {**_mine(mine), "now": tx.now, "expires_at": expires_at, "bytes": size}
    if tx.conn.execute(archive_store.READY, values).fetchone() is None:
        _doom(tx, mine.object_key)
        return False
    tx.append(mine.owner.stream, [ArchiveReady(of=mine.owner_kind, expires_at=expires_at)])
    return True


def put_off(tx: Transaction, mine: ArchiveRow) -> None:
    """It could not be made now: tried again later."""
    until = tx.now + archive.wait_after(mine.attempts)
    tx.conn.execute(archive_store.GO_ON, {**_mine(mine), "until": until})


def release(tx: Transaction, mine: ArchiveRow) -> None:
    """It can be made by another at once."""
    tx.conn.execute(archive_store.GO_ON, {**_mine(mine), "until": tx.now})


def give_up(tx: Transaction, mine: ArchiveRow) -> None:
    """There is nobody left whose archive it would be."""
    tx.conn.execute(archive_store.DROP_MINE, _mine(mine))
    _doom(tx, mine.object_key)


# --- its end


def drop(tx: Transaction, owner: Owner) -> None:
    """The owner is erased: its archive goes, ready or being made."""
    row = tx.conn.execute(archive_store.DROP, archive_store.about(owner)).fetchone()
    if row is not None:
        _doom(tx, row["object_key"])


def drop_expired(tx: Transaction) -> int:
    gone = [row["object_key"] for row in tx.conn.execute(archive_store.EXPIRED, {"now": tx.now}).fetchall()]
    doom(tx, gone)
    return len(gone)


def _mine(taken: ArchiveRow) -> dict[str, Any]:
    return {**archive_store.about(taken.owner), "object_key": taken.object_key}


def _doom(tx: Transaction, key: UUID | None) -> None:
    if key is not None:
        doom(tx, [key])
