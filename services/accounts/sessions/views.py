"""One's own sessions, with the log-ins of the last weeks."""

from datetime import datetime
from uuid import UUID

from services.accounts.keys.tokens import digest
from services.accounts.schemas import log_in as calls
from services.accounts.schemas.sessions import ListSessions, LogInDone, LogInsRefused, OpenSession, Sessions
from services.accounts.sessions import rows, rules
from services.accounts.spaces import records
from services.chassis.actors import Actor
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.townhall.town_time import local_day


def list_sessions(tx: Transaction, _: Settings, asked: ListSessions) -> Sessions:
    since = tx.now - rules.LOG_INS_SHOWN
    return sessions_of(tx, rules.person_of(tx.actor), since=since, most=rows.MOST_SHOWN, presented=asked.presented)


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
            if not rules.is_over(one.seen_at, one.ends_at, one.idle_minutes, tx.now)
        ),
        log_ins=tuple(LogInDone(at=one.at.isoformat(), device=one.device) for one in log_ins),
        refused=tuple(LogInsRefused(day=one.day.isoformat(), times=one.times) for one in refused),
    )


def session(tx: Transaction, _: Settings, asked: calls.ReadSession) -> calls.CurrentSession:
    name = digest(asked.session)
    found = rows.session_of(tx.conn, name)
    if found is None or rules.is_over(found.seen_at, found.ends_at, found.idle_minutes, tx.now):
        raise rules.SessionUnknown
    seen_at = found.seen_at
    if tx.now - seen_at >= rules.SEEN_EVERY:
        seen_at = tx.now
        tx.conn.execute(rows.SEEN, {"digest": name, "now": seen_at})
    actor = Actor(
        kind=found.kind,
        id=str(found.person_id),
        name=found.function,
        roles=(found.role,) if found.role else (),
        departments=tuple(found.departments),
        permissions=tuple(found.permissions),
    )
    idle_end = rules.idle_ends_at(seen_at, found.ends_at, found.idle_minutes)
    return calls.CurrentSession(
        actor=actor,
        display_name=_display_name(tx, found),
        kind=found.kind,
        idle_expires_at=idle_end.isoformat(),
        warned_at=(idle_end - rules.WARNED_BEFORE).isoformat(),
        ends_at=found.ends_at.isoformat(),
    )


def _display_name(tx: Transaction, found: rows.Session) -> str:
    if found.profile is None:
        return found.function
    tx.keys.learn(str(found.person_id), found.wrapped)
    return records.holder(tx, found.person_id, found.profile).name
