"""One's own sessions: seen with the log-ins of the last weeks, and ended one by one or all but the present one."""

from datetime import datetime
from uuid import UUID

from services.accounts.keys.tokens import digest
from services.accounts.schemas.sessions import (
    Ended,
    EndOtherSessions,
    EndSession,
    ListSessions,
    LogInDone,
    LogInsRefused,
    OpenSession,
    Sessions,
)
from services.accounts.sessions import rows as session_rows
from services.accounts.sessions import shown_sessions
from services.accounts.sessions.lifetime import tell_ended
from services.accounts.sessions.rules import LOG_INS_SHOWN, SessionNotFound, is_over
from services.accounts.spaces.rules import NotYours
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.townhall.town_time import local_day


def list_sessions(store: Store, call: Call, asked: ListSessions) -> Sessions:
    """The actor's own. Raises NotYours where the actor is nobody who logs in."""
    person_id = _person(call)
    with store.transaction() as tx:
        since = tx.now - LOG_INS_SHOWN
        return sessions_of(tx, person_id, since=since, most=shown_sessions.MOST_SHOWN, presented=asked.presented)


def sessions_of(
    tx: Transaction, person_id: UUID, *, since: datetime, most: int | None, presented: str = ""
) -> Sessions:
    """Open sessions, that of the token `presented` marked; log-ins and refused ones since then, at most `most` log-ins."""
    marked = digest(presented)
    log_ins = shown_sessions.log_ins(tx.conn, person_id, since, most)
    refused = shown_sessions.refused_log_ins(tx.conn, person_id, local_day(since))
    return Sessions(
        sessions=tuple(
            OpenSession(
                id=str(one.session_id),
                device=one.device,
                opened_at=one.opened_at.isoformat(),
                seen_at=one.seen_at.isoformat(),
                current=one.digest == marked,
            )
            for one in shown_sessions.open_sessions(tx.conn, person_id)
            if not is_over(one.seen_at, one.ends_at, one.idle_minutes, tx.now)
        ),
        log_ins=tuple(LogInDone(at=one.at.isoformat(), device=one.device) for one in log_ins),
        refused=tuple(LogInsRefused(day=one.day.isoformat(), times=one.times) for one in refused),
    )


def end_session(store: Store, call: Call, asked: EndSession) -> Done:
    """Every gateway hears of the end. Raises SessionNotFound."""
    person_id = _person(call)

    def end(tx: Transaction) -> Done:
        ended = shown_sessions.end_one(tx.conn, person_id, asked.id)
        if ended is None:
            raise SessionNotFound
        tell_ended(tx, [ended])
        return Done()

    return store.run_declared(call, Done, end)


def end_other_sessions(store: Store, call: Call, asked: EndOtherSessions) -> Ended:
    """All but the one that is presented; a log-in that waits for its code is over too."""
    person_id = _person(call)

    def end(tx: Transaction) -> Ended:
        session_rows.end_challenges_of(tx.conn, person_id)
        ended = shown_sessions.end_others(tx.conn, person_id, digest(asked.presented))
        tell_ended(tx, ended)
        return Ended(ended=len(ended))

    return store.run_declared(call, Ended, end)


def _person(call: Call) -> UUID:
    if call.actor.kind not in ("citizen", "agent"):
        raise NotYours
    return UUID(call.actor.id)
