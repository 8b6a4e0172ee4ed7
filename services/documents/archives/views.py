"""The archive of one's data as its owner sees it, and the one to open."""

from datetime import datetime

from services.chassis.event_store.store import Reading
from services.chassis.settings import Settings
from services.documents.archives import rows
from services.documents.archives.rows import ArchiveRow
from services.documents.archives.rules import APART, KEPT, NoArchive, owner_of
from services.documents.files.grants import Grant
from services.documents.schemas.archives import Archive, ArchiveState, ReadArchive
from services.documents.schemas.owner import SPACE
from services.townhall.town_time import local_day


def read(tx: Reading, _: Settings, __: ReadArchive, grant: Grant) -> Archive:
    return as_shown(rows.find(tx.conn, owner_of(grant)), tx.now)


def as_shown(known: ArchiveRow | None, now: datetime) -> Archive:
    """As its owner sees it; an expired one is shown as none."""
    days = KEPT.days
    if known is None or (known.expires_at is not None and known.expires_at <= now):
        return Archive(state=ArchiveState.NONE, kept_days=days)
    if known.ready_at is None or known.expires_at is None:
        return Archive(state=ArchiveState.ASKED, kept_days=days, asked_at=known.asked_at.isoformat())
    again = known.asked_at + APART
    return Archive(
        state=ArchiveState.READY,
        kept_days=days,
        asked_at=known.asked_at.isoformat(),
        ready_at=known.ready_at.isoformat(),
        expires_at=known.expires_at.isoformat(),
        next_at=again.isoformat() if again > now else "",
        size=known.bytes or 0,
    )


def to_open(tx: Reading, grant: Grant) -> ArchiveRow:
    """The archive that is ready. Raises NoArchive."""
    known = rows.find(tx.conn, owner_of(grant))
    if known is None or as_shown(known, tx.now).state != ArchiveState.READY:
        raise NoArchive
    return known


def filename(known: ArchiveRow) -> str:
    day = local_day(known.ready_at) if known.ready_at else ""
    return f"mes-donnees-{day}.zip" if known.owner_kind == SPACE else f"donnees-de-ma-demande-{day}.zip"
