"""One's own sessions, ended one by one or all but the present one."""

from services.accounts.keys.tokens import digest
from services.accounts.schemas.sessions import Ended, EndOtherSessions, EndSession
from services.accounts.sessions import rows
from services.accounts.sessions.lifetime import publish_ended
from services.accounts.sessions.rules import SessionNotFound, person_of
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings


def end_session(tx: Transaction, _: Settings, asked: EndSession) -> None:
    ended = rows.end_one(tx.conn, person_of(tx.actor), asked.id)
    if ended is None:
        raise SessionNotFound
    publish_ended(tx, [ended])


def end_other_sessions(tx: Transaction, _: Settings, asked: EndOtherSessions) -> Ended:
    ended = rows.end_sessions_of(tx.conn, person_of(tx.actor), kept=digest(asked.presented))
    publish_ended(tx, ended)
    return Ended(ended=len(ended))
