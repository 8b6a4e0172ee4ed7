"""One's own sessions, with the log-ins of the last weeks."""

from datetime import datetime
from uuid import UUID

from services.accounts.keys.tokens import digest
from services.accounts.schemas.sessions import ListSessions, LogInDone, LogInsRefused, OpenSession, Sessions
from services.accounts.sessions import rows
from services.accounts.sessions.rules import LOG_INS_SHOWN, is_over, person_of
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.townhall.town_time import local_day


def list_sessions(tx: Transaction, _: Settings, asked: ListSessions) -> Sessions:
    since = tx.now - LOG_INS_SHOWN
    return sessions_of(tx, person_of(tx.actor), since=since, most=rows.MOST_SHOWN, presented=asked.presented)


def sessions_of(
    tx: Transaction, person_id: UUID, *, since: datetime, most: int | None, presented: str = ""
) -> Sessions:
    """Open sessions, that of the token `presented` marked; log-ins and refused ones since then, at most `most` log-ins."""
    marked = digest(presented)
    log_ins = rows.log_ins(tx.conn, person_id, since, most)
    refused = rows.refused_log_ins(tx.conn, person_id, local_day(since))
    return Sessions(
        sessions=tuple(
            OpenSession(
                id=str(one.session_id),
                device=one.device,
                opened_at=one.opened_at.isoformat(),
                seen_at=one.seen_at.isoformat(),
                current=one.digest == marked,
            )
            for one in rows.open_sessions(tx.conn, person_id)
            if not is_over(one.seen_at, one.ends_at, one.idle_minutes, tx.now)
        ),
        log_ins=tuple(LogInDone(at=one.at.isoformat(), device=one.device) for one in log_ins),
        refused=tuple(LogInsRefused(day=one.day.isoformat(), times=one.times) for one in refused),
    )
