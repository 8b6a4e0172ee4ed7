"""The archive of one's data as its owner sees it, and the one to open."""

from datetime import datetime

from services.chassis.calls import Call
from services.chassis.event_store.store import Reading, Store
from services.chassis.settings import Settings
from services.documents.archives import rows
from services.documents.archives.rows import ArchiveRow
from services.documents.archives.rules import APART, KEPT, NoArchive, owner_of
from services.documents.files.grants import Grant
from services.documents.object_store.objects import Objects
from services.documents.schemas.archives import Archive, OpenArchive, ReadArchive
from services.documents.schemas.owner import SPACE
from services.documents.schemas.storage import StoredBytes
from services.townhall.town_time import local_day


def read(tx: Reading, _: Settings, __: ReadArchive, grant: Grant) -> Archive:
    return as_shown(rows.find(tx.conn, owner_of(grant)), tx.now)


def as_shown(known: ArchiveRow | None, now: datetime) -> Archive:
    """As its owner sees it; one that has expired is none."""
    days = KEPT.days
    if known is None or (known.expires_at is not None and known.expires_at <= now):
        return Archive(state="none", kept_days=days)
    if known.ready_at is None or known.expires_at is None:
        return Archive(state="asked", kept_days=days, asked_at=known.asked_at.isoformat())
    again = known.asked_at + APART
    return Archive(
        state="ready",
        kept_days=days,
        asked_at=known.asked_at.isoformat(),
        ready_at=known.ready_at.isoformat(),
        expires_at=known.expires_at.isoformat(),
        next_at=again.isoformat() if again > now else "",
        size=known.bytes or 0,
    )


def open_ready(store: Store, call: Call, _: OpenArchive, grant: Grant, objects: Objects) -> StoredBytes:
    """Where the bytes of one that is ready can be read for two minutes. Raises NoArchive."""
    with store.viewing(call.actor) as tx:
        ready = rows.find(tx.conn, owner_of(grant))
        if ready is None or as_shown(ready, tx.now).state != "ready":
            raise NoArchive
    day = local_day(ready.ready_at) if ready.ready_at else ""
    return StoredBytes(
        get_url=objects.download_address(str(ready.object_key)),
        name=f"mes-donnees-{day}.zip" if ready.owner_kind == SPACE else f"donnees-de-ma-demande-{day}.zip",
        type="application/zip",
        size=ready.bytes or 0,
    )
